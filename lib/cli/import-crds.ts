import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, load, loadAll } from 'js-yaml';
import { InputError } from '../words/problem';
import { fieldTypes } from './field-types';
import { checkFolder } from './given';
import { HOME } from './package';
import { EXIT, printDone } from './terminal';
import type { ExitCode } from './terminal';
import { compareTree, tellDifferences } from './tree';

/** The kinds that the project emits or reads, by API group; one file of imports/ a group. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'tekton.dev': ['Task', 'Pipeline', 'PipelineRun'],
  'external-secrets.io': ['ExternalSecret'],
  'generators.external-secrets.io': ['GithubAccessToken'],
  'gateway.networking.k8s.io': ['HTTPRoute'],
  'argoproj.io': ['Application', 'ApplicationSet', 'AppProject'],
  'triggers.tekton.dev': ['EventListener', 'Interceptor'],
  'kueue.x-k8s.io': ['ClusterQueue', 'LocalQueue', 'ResourceFlavor'],
  'monitoring.coreos.com': ['PodMonitor', 'PrometheusRule', 'ServiceMonitor'],
  'operator.tekton.dev': ['TektonConfig'],
  'pipelinesascode.tekton.dev': ['Repository'],
};

interface Definition {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly scope: string;
    readonly versions: readonly { readonly storage: boolean }[];
  };
}

/** `import-crds`: CustomResourceDefinitions → imports/ by `cdk8s import`. */
export async function importCrds(options: { from?: string; check?: true }): Promise<ExitCode> {
  if (options.from !== undefined) checkFolder('--from', options.from);
  const definitions = (options.from === undefined ? await download() : readFolder(options.from)).flatMap(definitionsIn);
  const missing = Object.entries(KINDS).flatMap(([group, kinds]) =>
    kinds
      .filter((kind) => !definitions.some(({ spec }) => spec.group === group && spec.names.kind === kind))
      .map((kind) => `${group} ${kind}`),
  );
  if (missing.length > 0)
    throw failed(options.from ?? 'cdk8s.yaml', `no CustomResourceDefinition of ${missing.join(', ')}`);

  const files = withFields(generate(definitions));
  const target = join(HOME, 'imports');
  if (options.check) {
    const differences = compareTree(target, files, readdirSync(target), () => true);
    return tellDifferences('imports', differences, 'imports/ is not what the CRDs give: run npm run import');
  }
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(target)) rmSync(join(target, name));
  for (const [name, text] of files) writeFileSync(join(target, name), text);
  printDone(`imports: ${files.size} files`);
  return EXIT.done;
}

const failed = (file: string, message: string): InputError => new InputError([{ file, message, severity: 'error' }]);

const readFolder = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => readFileSync(join(dir, name), 'utf8'));

function download(): Promise<string[]> {
  const { imports } = load(readFileSync(join(HOME, 'cdk8s.yaml'), 'utf8')) as { imports: string[] };
  return Promise.all(
    imports.map(async (address) => {
      const response = await fetch(address).catch((error: Error) =>
        Promise.reject(failed(address, `${error.message}; --from DIR reads files instead`)),
      );
      if (!response.ok) throw failed(address, `answered ${response.status} ${response.statusText}`);
      return response.text();
    }),
  );
}

/**
 * The definitions wanted, reduced to the schema of their storage version: cdk8s gives the bare class name to the first
 * version that it meets, which upstream is the deprecated one, and prose would make every release a difference.
 */
const definitionsIn = (text: string): Definition[] =>
  (loadAll(text) as (Definition | null)[])
    .filter((object): object is Definition => object?.kind === 'CustomResourceDefinition')
    .filter(({ spec }) => KINDS[spec.group]?.includes(spec.names.kind))
    .map(({ apiVersion, kind, metadata, spec: { group, names, scope, versions } }) => ({
      apiVersion,
      kind,
      metadata: { name: metadata.name },
      spec: { group, names, scope, versions: versions.filter(({ storage }) => storage).map(withoutProse) },
    }));

/** In a schema `description` is prose where it is a string, and a property of that name where it is an object. */
function withoutProse<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(withoutProse) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => !(key === 'description' && typeof value === 'string'),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutProse(value)])) as T;
}

/** What `cdk8s import` makes of the definitions: path → text. */
function generate(definitions: readonly Definition[]): Map<string, string> {
  const work = mkdtempSync(join(tmpdir(), 'tekton-dag-import-'));
  try {
    const out = join(work, 'out');
    mkdirSync(out);
    writeFileSync(
      join(work, 'crds.yaml'),
      definitions.map((definition) => dump(definition, { noRefs: true })).join('---\n'),
    );
    const args = [
      'import',
      'crds.yaml',
      '--output',
      out,
      '--language',
      'typescript',
      '--no-save',
      '--no-check-upgrade',
    ];
    execFileSync(join(HOME, 'node_modules/.bin/cdk8s'), args, { cwd: work, stdio: ['ignore', 'ignore', 'pipe'] });
    return new Map(
      readdirSync(out)
        .sort()
        .map((name) => [name, withoutCopies(readFileSync(join(out, name), 'utf8'))]),
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** With the types of their fields, and of those that cdk8s-plus has. */
function withFields(generated: ReadonlyMap<string, string>): Map<string, string> {
  const core = require.resolve('cdk8s-plus-28/lib/imports/k8s.d.ts');
  const groups = [...generated].map(([name, text]): [string, string] => [name.replace(/\.ts$/, ''), text]);
  return new Map([...generated, ['fields.ts', fieldTypes(new Map([['k8s', readFileSync(core, 'utf8')], ...groups]))]]);
}

/**
 * Generated code copies an object once for each of its fields to leave out those that are undefined: a tenth of the time of a
 * synth, and `emit` leaves them out anyway. Where cdk8s writes another line one day, that line stays.
 */
const withoutCopies = (code: string): string =>
  code.replaceAll(
    `  // filter undefined values
  return Object.entries(result).reduce((r, i) => (i[1] === undefined) ? r : ({ ...r, [i[0]]: i[1] }), {});
`,
    `  return result;
`,
  );
