import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { TeamProps } from '../../../lib';
import { cloneUrl, commit, havePublished, publish, pull } from './git';
import { run } from './process';
import { ROOT, baseImage, imageOverrides, suite } from './suite';

/**
 * Teams for tests: `writeTeam` writes team.yaml and its stacks into the suite's folder, `synth` makes the objects;
 * `publishApp` puts one of test/e2e/apps on the git server.
 */

/** The stack of the main story: front end → backend for it → API. */
export const TRIO = 'trio';
export const TEAM: TestTeam = { name: 'e2e', namespace: 'team-e2e', environment: 'e2e-staging' };
export const APPS = ['originator', 'forwarder', 'terminal'] as const;
export type AppName = (typeof APPS)[number];

export interface TestTeam {
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
}

const APPS_FOLDER = join(__dirname, '../apps');
export const teamFile = (team: TestTeam): string => join(suite().work, 'teams', team.name, 'team.yaml');
const outFolder = (team: TestTeam): string => join(suite().work, 'dist', team.name);

/** Where pods push images of a team, as test programs call it. */
export const imageRegistry = ({ name }: TestTeam): string => `${suite().registry}/${suite().id}/${name}`;

/** What a team of the tests has unless it says otherwise. */
export function teamProps(team: TestTeam, stacks: readonly string[], more: Partial<TeamProps> = {}): TeamProps {
  const { id, pushRegistry, git } = suite();
  return {
    name: team.name,
    namespace: team.namespace,
    cluster: 'e2e',
    imageRegistry: imageRegistry(team),
    pushRegistry: `${pushRegistry}/${id}/${team.name}`,
    insecureRegistry: true,
    maxParallelBuilds: 1,
    stacks: stacks.map((name) => `stacks/${name}.yaml`),
    environment: { namespace: team.environment },
    images: { overrides: imageOverrides(more.orchestrator?.image !== undefined) },
    git: { baseURL: git },
    platform: { repoURL: cloneUrl('platform') },
    // the program comes with its own tests
    orchestrator: { enabled: false },
    ...more,
  };
}

/** Writes it into the suite's folder; `stacks` by file name without `.yaml`, as the format has them. */
export function writeTeam(
  team: TestTeam,
  stacks: Readonly<Record<string, object>>,
  more: Partial<TeamProps> = {},
): void {
  const { work } = suite();
  const props = teamProps(team, Object.keys(stacks), more);
  mkdirSync(join(work, 'stacks'), { recursive: true });
  mkdirSync(join(work, 'teams', team.name), { recursive: true });
  for (const [name, stack] of Object.entries(stacks))
    writeFileSync(join(work, 'stacks', `${name}.yaml`), dump({ name, ...stack }));
  writeFileSync(teamFile(team), dump(props));
}

/** `npx tekton-dag synth` as a person would; gives the folder with the objects of the team and of the cluster. */
export async function synth(team: TestTeam): Promise<string> {
  await run('npx', ['tekton-dag', 'synth', '--team-file', teamFile(team), '--out', outFolder(team)], { cwd: ROOT });
  return outFolder(team);
}

/** The platform's repository says that the apps of a team have not been released yet. */
export async function beginVersions(
  { name }: TestTeam,
  version: string,
  apps: readonly string[] = APPS,
): Promise<void> {
  await havePublished('platform');
  await pull('platform');
  const entries = apps.map((app) => `  ${app}:\n    version: "${version}"\n`).join('');
  const edits = { [`teams/${name}/versions.yaml`]: `# written by releases\napps:\n${entries}` };
  await commit('platform', 'main', edits, { from: null });
}

/** Makes the app's repository anew; where the cluster has an image for it, that is the base of the app's. */
export async function publishApp(app: AppName, name: string = app): Promise<string> {
  const base = baseImage();
  const dockerfile = readFileSync(join(APPS_FOLDER, app, 'Dockerfile'), 'utf8');
  const edits: Record<string, string> =
    base === undefined ? {} : { Dockerfile: dockerfile.replace(/^ARG BASE=.*$/m, `ARG BASE=${base}`) };
  return publish(name, join(APPS_FOLDER, app), edits);
}

/** What an app of the tests requests: two builds, and all that runs beside them, fit into 2 cores. */
export const APP_RESOURCES = { requests: { cpu: '15m', memory: '64Mi' } };

/** The stack of the three apps. */
export const trio = (): object => ({
  description: 'Front end, backend for it, API',
  apps: [
    { ...member('originator', 'frontend'), ...NPM, downstream: ['forwarder'] },
    { ...member('forwarder', 'bff'), ...NPM, downstream: ['terminal'] },
    // its Dockerfile runs its tests
    { ...member('terminal', 'api'), 'container-port': 5000 },
  ],
});

const NPM = { build: { tool: 'npm' }, tests: { unit: 'npm test' } };
/** An app that is called as what it does with the session. */
const member = (name: AppName, role: string) => ({
  name,
  repo: `e2e/${name}`,
  role,
  'propagation-role': name,
  probe: { path: '/healthz' },
  resources: APP_RESOURCES,
});
