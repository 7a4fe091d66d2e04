import { appendFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OUTPUT, holdsObjects } from '../../../lib/output/layout';
import { commit, publish, pull, workTree } from './git';
import type { KubeObject } from './kubectl';
import { kubectl, list, patch } from './kubectl';
import { run } from './process';
import { ROOT, suite } from './suite';
import { manifests, mineIfNew } from './team-up';
import { until } from './until';

/**
 * A fleet that Argo CD runs: `publishFleet` puts this project, with teams of the tests in place of its own, on the git server;
 * `change` is a commit to it; `applications` says what Argo CD makes of it.
 */

export const FLEET = 'fleet';
export const fleetFolder = (): string => workTree(FLEET);
const NAMESPACE = 'argocd';
const OURS = 'tekton-dag';

/** What Argo CD is to be tried with; says so where there is none. */
export function hasArgoCd(): boolean {
  const has = suite().argoCd.length > 0;
  if (!has)
    console.warn(
      'nothing is synchronized: Argo CD knows no cluster (no Secret argocd.argoproj.io/secret-type=cluster in namespace argocd)',
    );
  return has;
}

export type Application = KubeObject<
  { readonly source: { readonly repoURL: string }; readonly destination: { readonly name: string } },
  {
    readonly sync?: { readonly status: string; readonly revision?: string };
    readonly health?: { readonly status: string };
    readonly conditions?: readonly { readonly type: string; readonly message: string }[];
    readonly operationState?: { readonly phase: string; readonly message?: string };
    readonly resources?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly status?: string;
      readonly health?: { readonly status: string };
    }[];
  }
>;

/** Those of the fleet, by name. */
export const applications = async (): Promise<ReadonlyMap<string, Application>> =>
  new Map(
    (await list<Application>('applications.argoproj.io', NAMESPACE))
      .filter(({ metadata: { name } }) => name.startsWith(OURS))
      .map((each) => [each.metadata.name, each]),
  );

/** `Synced Healthy`, and what stands in the way of it. */
export const stateOf = ({ status = {} }: Application): string => `${status.sync?.status} ${status.health?.status}`;

/** What a person would look at: each application that is not as it should be, with its objects that are not. */
async function explain(names: readonly string[]): Promise<string> {
  const all = await applications();
  return names
    .flatMap((name) => {
      const { status = {} } = all.get(name) ?? {};
      const objects = (status.resources ?? []).filter(
        (each) => each.status !== 'Synced' || !['Healthy', undefined].includes(each.health?.status),
      );
      return [
        `${name}: ${status.sync?.status} ${status.health?.status}; ${status.operationState?.phase}: ${status.operationState?.message}`,
        ...(status.conditions ?? []).map(({ type, message }) => `  ${type}: ${message}`),
        ...objects.map(({ kind, name, status, health }) => `  ${kind} ${name}: ${status} ${health?.status ?? ''}`),
      ];
    })
    .join('\n');
}

/** Waits until these are there, and as they should be; also as of a commit. @returns seconds that it took */
export async function reach(
  names: readonly string[],
  wanted: RegExp,
  { revision, seconds = 300 }: { readonly revision?: string; readonly seconds?: number } = {},
): Promise<number> {
  const began = Date.now();
  await until(`${names.join(', ')} ${wanted}`, seconds, async () => {
    const all = await applications();
    const is = (each: Application | undefined): boolean =>
      each !== undefined &&
      wanted.test(stateOf(each)) &&
      (revision === undefined || each.status?.sync?.revision === revision);
    return names.every((name) => is(all.get(name))) || undefined;
  }).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await explain(names)}`);
  });
  return (Date.now() - began) / 1000;
}

/** Waits until these are gone. @returns seconds that it took */
export async function gone(names: readonly string[], seconds = 300): Promise<number> {
  const began = Date.now();
  await until(`${names.join(', ')} gone`, seconds, async () => {
    const all = await applications();
    return !names.some((name) => all.has(name)) || undefined;
  }).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await explain(names)}`);
  });
  return (Date.now() - began) / 1000;
}

/** What a webhook of the Git host does: without it, three minutes may pass. `hard` forgets what was computed before. */
export async function refresh(how: 'normal' | 'hard' = 'normal'): Promise<void> {
  await kubectl([
    'annotate',
    'applicationsets.argoproj.io',
    '--all',
    '--namespace',
    NAMESPACE,
    'argocd.argoproj.io/application-set-refresh=true',
    '--overwrite',
  ]);
  const annotate = [
    'annotate',
    'applications.argoproj.io',
    '--all',
    '--namespace',
    NAMESPACE,
    `argocd.argoproj.io/refresh=${how}`,
    '--overwrite',
  ];
  // one that goes meanwhile is an error to kubectl
  await until('applications look again', 20, () => kubectl(annotate).catch(() => undefined));
}

/** A clone of this project without its teams, in which its commands can be typed. */
export async function publishFleet(): Promise<void> {
  const folder = join(suite().work, 'fleet');
  rmSync(folder, { recursive: true, force: true });
  for (const path of [
    'lib',
    'imports',
    'orchestrator/package.json',
    'package.json',
    'package-lock.json',
    'cdk8s.yaml',
    'tsconfig.json',
    '.gitignore',
    '.gitattributes',
  ]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
  await publish(FLEET, folder);
  appendFileSync(join(fleetFolder(), '.git/info/exclude'), 'node_modules\n');
  symlinkSync(join(ROOT, 'node_modules'), join(fleetFolder(), 'node_modules'));
}

export const tektonDag = (...args: readonly string[]): Promise<string> =>
  run('npx', ['tekton-dag', ...args], { cwd: fleetFolder() });

export function write(path: string, text: string): void {
  const file = join(fleetFolder(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A commit as a person makes it: takes what others pushed, edits, synthesizes with these options, pushes. Gives the commit. */
export async function change(
  message: string,
  edit: () => void | Promise<unknown>,
  ...options: readonly string[]
): Promise<string> {
  await pull(FLEET);
  await edit();
  await tektonDag('synth', ...options);
  await mineIfNew(manifests(join(fleetFolder(), OUTPUT), holdsObjects));
  const made = await commit(FLEET, 'main', {}, { message, from: null });
  await refresh();
  return made;
}

/** Gives the fleet to Argo CD, as docs/argocd.md says. */
export const handOver = (): Promise<string> =>
  kubectl(['apply', '--server-side', '--force-conflicts', '--filename', join(fleetFolder(), 'dist/argocd')]);

/** Takes away what an earlier suite gave to Argo CD, and leaves what it made of it. @throws if a fleet is there that is not ours */
export async function takeBack(repoURL: string): Promise<void> {
  const left = await applications();
  const foreign = [...left.values()].find(({ spec }) => spec.source.repoURL !== repoURL);
  if (foreign !== undefined)
    throw new Error(`Argo CD runs a fleet from ${foreign.spec.source.repoURL}: the tests would take it away`);
  const remove = async (kind: string, names: readonly string[]): Promise<void> => {
    for (const name of names) await patch(kind, name, NAMESPACE, { metadata: { finalizers: null } });
    if (names.length > 0)
      await kubectl(['delete', kind, ...names, '--namespace', NAMESPACE, '--cascade=orphan', '--ignore-not-found']);
  };
  const named = async (kind: string): Promise<string[]> =>
    (await list(kind, NAMESPACE)).map(({ metadata: { name } }) => name).filter((name) => name.startsWith(OURS));
  await remove('applications.argoproj.io', left.has(OURS) ? [OURS] : []);
  await remove('applicationsets.argoproj.io', await named('applicationsets.argoproj.io'));
  await remove('applications.argoproj.io', await named('applications.argoproj.io'));
  await remove('appprojects.argoproj.io', await named('appprojects.argoproj.io'));
}
