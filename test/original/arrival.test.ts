import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import type { Manifest } from '../../lib/kube/manifest';
import { inProcess } from '../support/cli';
import { ORIGINAL } from './original';

/** What was in the original is in what synth makes of the import. */

const ROOT = join(__dirname, '../..');
const INPUTS = join(ROOT, '../shared/inputs');

interface OriginalApp {
  readonly name: string;
  readonly repo: string;
  readonly build: Readonly<Record<string, string>>;
  readonly downstream?: readonly string[];
  readonly tests?: Readonly<Record<string, string>>;
  readonly 'container-port'?: string;
  readonly 'context-dir'?: string;
}
interface OriginalStack {
  readonly name: string;
  readonly propagation?: Readonly<Record<string, string>>;
  readonly defaults: Readonly<Record<string, string>>;
  readonly apps: readonly OriginalApp[];
}
interface PipelineTask {
  readonly name: string;
  readonly runAfter?: readonly string[];
  readonly taskRef: { readonly name: string };
  readonly params: readonly { readonly name: string; readonly value: string | readonly string[] }[];
}

function write(root: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** Imports, synthesizes, and reads everything that came out. */
async function arrive(from: string, root: string): Promise<readonly Manifest[]> {
  for (const args of [['import', '--from', from], ['synth']])
    expect(await inProcess(args, root)).toMatchObject({ status: 0 });
  const dist = join(root, 'dist/teams');
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => loadAll(readFileSync(join(dist, file), 'utf8')) as Manifest[]);
}

const cases: [string, () => string, readonly string[]][] = [
  [
    'a repository with everything',
    () => {
      const from = mkdtempSync(join(tmpdir(), 'tekton-dag-original-'));
      write(from, ORIGINAL);
      return from;
    },
    ['stacks/travel.yaml', 'stacks/loyalty.yaml'],
  ],
  // only where the original's files lie beside the clone
  ...(existsSync(INPUTS)
    ? [
        ["the original's own files", () => INPUTS, ['stacks/stack-one.yaml', 'stacks/single-flask-app.yaml']] as [
          string,
          () => string,
          readonly string[],
        ],
      ]
    : []),
];

describe.each(cases)('%s', (_, make, stackFiles) => {
  let from: string;
  let root: string;
  let objects: readonly Manifest[];
  const stacks = (): readonly OriginalStack[] =>
    stackFiles.map((file) => load(readFileSync(join(from, file), 'utf8')) as OriginalStack);
  const named = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
  const tasks = (pipeline: string) => (named('Pipeline', pipeline)!.spec as { tasks: readonly PipelineTask[] }).tasks;
  const task = (pipeline: string, name: string) => tasks(pipeline).find((one) => one.name === name)!;
  const params = (pipeline: string, name: string) =>
    Object.fromEntries(task(pipeline, name).params.map(({ name, value }) => [name, value]));
  const apps = () => stacks().flatMap((stack) => stack.apps.map((app) => ({ stack, app })));

  beforeAll(async () => {
    from = make();
    root = mkdtempSync(join(tmpdir(), 'tekton-dag-arrival-'));
    objects = await arrive(from, root);
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
    if (from !== INPUTS) rmSync(from, { recursive: true, force: true });
  });

  it('has every app, built as it was', () => {
    for (const { stack, app } of apps()) {
      const { tool } = app.build;
      const build = params(`${stack.name}-bootstrap`, `build-${app.name}`);
      expect(task(`${stack.name}-bootstrap`, `build-${app.name}`).taskRef.name).toBe(
        `build-${tool === 'none' ? 'dockerfile' : tool}`,
      );
      expect(build.url).toBe(`https://github.com/${app.repo}.git`);
      expect(build['context-dir'] ?? '.').toBe(app['context-dir'] ?? '.');
      if (app.build['build-command']) expect(build['build-command']).toBe(app.build['build-command']);
      if (app.build['pre-command']) expect(build['pre-command']).toBe(app.build['pre-command']);
      const version = Object.entries(app.build).find(([key]) => key.endsWith('-version'))?.[1];
      if (version) expect(build.toolchain).toMatch(new RegExp(`[:-]${version.replace('.', '\\.')}\\b|${version}`));
    }
  });

  it('has every edge', () => {
    for (const { stack, app } of apps()) {
      const after = task(`${stack.name}-bootstrap`, `deploy-${app.name}`).runAfter ?? [];
      expect(after.filter((name) => name.startsWith('deploy-')).sort()).toEqual(
        (app.downstream ?? []).map((name) => `deploy-${name}`).sort(),
      );
    }
  });

  it('has every test, and no other', () => {
    for (const stack of stacks()) {
      const expected = stack.apps.flatMap(({ name, tests = {} }) =>
        Object.keys(tests).map((kind) => `test-${name}-${kind}`),
      );
      expect(
        tasks(`${stack.name}-pr-test`)
          .map(({ name }) => name)
          .filter((name) => name.startsWith('test-'))
          .sort(),
      ).toEqual(expected.sort());
      for (const { name, tests = {} } of stack.apps)
        for (const [kind, path] of Object.entries(tests))
          expect(params(`${stack.name}-pr-test`, `test-${name}-${kind}`).path).toBe(path);
    }
  });

  it('has every port, environment and header', () => {
    for (const { stack, app } of apps()) {
      const deployment = load(
        (named('ConfigMap', `${stack.name}-apps`)!.data as Record<string, string>)[`${app.name}.yaml`]!,
      ) as Manifest;
      expect(deployment.metadata.namespace).toBe(stack.defaults.namespace);
      expect(JSON.stringify(deployment)).toContain(
        `"containerPort":${app['container-port'] ?? stack.defaults['container-port'] ?? 8080},`,
      );
      const { header = 'x-dev-session', 'baggage-key': key = 'dev-session' } = params(
        `${stack.name}-pr-test`,
        `preview-${app.name}`,
      );
      expect([header, key]).toEqual([
        stack.propagation?.['header-name'] ?? 'x-dev-session',
        stack.propagation?.['baggage-key'] ?? 'dev-session',
      ]);
    }
  });

  it('has every setting of the team', () => {
    const [file] = readdirSync(join(from, 'teams')).map((name) => join(from, 'teams', name, 'team.yaml'));
    const team = load(readFileSync(file!, 'utf8')) as Record<string, unknown>;
    const [stack] = stacks();
    const configuration = JSON.parse(
      (named('ConfigMap', 'tekton-dag-orchestrator')!.data as Record<string, string>)['team.json']!,
    ) as Record<string, unknown>;
    for (const key of ['name', 'namespace', 'cluster', 'maxConcurrentRuns', 'interceptBackend'])
      expect([key, configuration[key]]).toEqual([key, team[key]]);
    expect(
      named('Pipeline', `${stack!.name}-bootstrap`)?.metadata.annotations?.['tekton-dag.io/max-parallel-builds'],
    ).toBe(String(team.maxParallelBuilds));
    expect(params(`${stack!.name}-bootstrap`, `build-${stack!.apps[0]!.name}`).image).toContain(team.imageRegistry);
    expect(JSON.stringify(objects.filter(({ kind }) => kind === 'Task'))).toContain(String(team.cacheRepo));
  });
});
