import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { dump, loadAll } from 'js-yaml';
import { writeFleet } from '../fleet';
import type { Figure } from '../report';

/**
 * The time to render teams of 40 apps, cold processes, beside programs that render the same objects: cdk8s alone, from
 * objects that are there already; kustomize and `helm template`, from the files of `dist/`. What the original's chart
 * renders for as many teams has other objects, so its row tells how many.
 */
const [TEAMS, APPS, ROUNDS] = [10, 40, 3];
const BIN = join(__dirname, '../../../lib/cli/tekton-dag.js');
const MAX_BYTES = 1 << 30;

interface Renderer {
  readonly name: string;
  /** Renders everything anew. @returns the objects as YAML */
  readonly render: () => string;
  readonly isOther?: boolean;
}

/** @returns text of all YAML files below a folder */
const yamlBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n---\n');

function run(file: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', maxBuffer: MAX_BYTES });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const objectsOf = (yaml: string): readonly object[] =>
  loadAll(yaml).filter((one): one is object => one !== null && one !== undefined);

/** An object as text, with its keys in order, so that equal ones have equal texts. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

function ours(folder: string): Renderer {
  const root = join(folder, 'fleet');
  writeFleet(root, TEAMS, APPS);
  const out = join(root, 'dist');
  return {
    name: 'tekton-dag synth',
    render: () => {
      run(process.execPath, [BIN, 'synth', '--root', root, '--out', out]);
      return yamlBelow(join(out, 'teams'));
    },
  };
}

/** From objects as JSON, which costs less to read than YAML. */
function rawCdk8s(folder: string, teams: string): Renderer {
  const objects = Object.fromEntries(readdirSync(teams).map((team) => [team, objectsOf(yamlBelow(join(teams, team)))]));
  const [file, out] = [join(folder, 'objects.json'), join(folder, 'cdk8s')];
  writeFileSync(file, JSON.stringify(objects));
  return {
    name: 'cdk8s alone',
    render: () => {
      run(process.execPath, [join(__dirname, 'raw-cdk8s.js'), file, out]);
      return yamlBelow(out);
    },
  };
}

function kustomize(program: string, folder: string, teams: string): Renderer {
  const root = join(folder, 'kustomize');
  cpSync(teams, root, { recursive: true });
  const resources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  writeFileSync(join(root, 'kustomization.yaml'), dump({ resources: resources.sort() }));
  const version = run(program, ['version']).trim();
  return { name: `kustomize ${version}`, render: () => run(program, ['build', root]) };
}

const helmVersion = (program: string): string => run(program, ['version', '--template={{.Version}}']).trim();

/** A chart whose templates are the files of the teams. */
function helm(program: string, folder: string, teams: string): Renderer {
  const chart = join(folder, 'chart');
  for (const file of readdirSync(teams, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.yaml'))) {
    const template = join(chart, 'templates', file);
    mkdirSync(join(template, '..'), { recursive: true });
    writeFileSync(template, readFileSync(join(teams, file), 'utf8').replaceAll('{{', '{{ "{{" }}'));
  }
  writeFileSync(join(chart, 'Chart.yaml'), dump({ apiVersion: 'v2', name: 'teams', version: '1.0.0' }));
  return { name: `helm template ${helmVersion(program)}`, render: () => run(program, ['template', 'teams', chart]) };
}

/** Once for each team, as its README says. */
function original(program: string, checkout: string): Renderer {
  const chart = join(checkout, 'helm/tekton-dag');
  execFileSync('bash', [join(chart, 'package.sh')], { stdio: 'pipe' });
  return {
    name: "the original's chart",
    isOther: true,
    render: () =>
      Array.from({ length: TEAMS }, (_, i) =>
        run(program, ['template', `team-${i}`, chart, '--set', `teamName=team-${i},namespace=team-${i}`]),
      ).join('\n---\n'),
  };
}

/** @throws if something that is compared renders other objects than we do */
function checkEqual(renderers: readonly Renderer[]): void {
  const [first, ...others] = renderers.map(({ name, render }) => ({
    name,
    objects: objectsOf(render()).map(canonical).sort(),
  }));
  for (const { name, objects } of others)
    if (objects.length !== first!.objects.length || objects.some((object, i) => object !== first!.objects[i]))
      throw new Error(`${name} renders other objects than tekton-dag does`);
}

function secondsOf(render: () => string): number {
  const start = performance.now();
  render();
  return (performance.now() - start) / 1000;
}

/** @param peers folder with helm, kustomize and original, a checkout of the original; what is not there has no row */
export function renderFigures(peers: string, folder: string): readonly Figure[] {
  const own = ours(folder);
  own.render();
  const teams = join(folder, 'fleet/dist/teams');
  const given = (name: string): boolean => existsSync(join(peers, name));
  const [helmProgram, kustomizeProgram] = [join(peers, 'helm'), join(peers, 'kustomize')];
  const equal = [own, rawCdk8s(folder, teams)];
  if (given('kustomize')) equal.push(kustomize(kustomizeProgram, folder, teams));
  if (given('helm')) equal.push(helm(helmProgram, folder, teams));
  const other = given('helm') && given('original') ? [original(helmProgram, join(peers, 'original'))] : [];
  checkEqual(equal);
  const all = [...equal, ...other];
  const best = new Map(all.map(({ name }) => [name, Infinity]));
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, render } of all) best.set(name, Math.min(best.get(name)!, secondsOf(render)));
  const objects = objectsOf(yamlBelow(teams)).length;
  return all.map(({ name, render, isOther }) => ({
    name: `${TEAMS} teams, ${isOther ? `${objectsOf(render()).length} other` : objects} objects: ${name}`,
    value: best.get(name)!,
    unit: 's',
  }));
}
