import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Owner, TeamFile } from '../../lib/output/layout';
import {
  ROOTS,
  SHARED_PATHS,
  TEAM_FILES,
  digitsOf,
  filesOf,
  folderOf,
  inOutput,
  inRepository,
  isObjects,
  locate,
  pathOf,
  pathsOfTeam,
  teamFileName,
} from '../../lib/output/layout';
import { synthFleet } from '../../lib/output/synth';
import { clusterPart } from '../../lib/words/names';
import { app, resolve, stackFile, team } from '../fleet/support';
import { applications, contents } from './gitops/controller';

/** Where each part of the output is, whose it is, and that both can be told from its path. */

const ARN = 'arn:aws:eks:eu-1:1:cluster';
const { fleet } = resolve({
  clusters: [
    { file: `clusters/${clusterPart(ARN)}.yaml`, text: `name: ${ARN}\nquota: { pods: 50 }` },
    { file: 'clusters/empty.yaml', text: 'name: empty\ntektonVersion: "1.0"' },
  ],
  teams: [
    team('alpha', ['alpha'], {
      cluster: 'one',
      clusters: ['two', ARN],
      group: 'a',
      triggers: true,
      environment: { deploy: 'gitops' },
    }),
    team('beta', ['beta'], { cluster: 'kind-a', orchestrator: { mode: 'shared' } }),
  ],
  stacks: ['alpha', 'beta'].map((name) =>
    stackFile(name, [app(`${name}-web`, undefined, `acme/${name}`)], `defaults: { namespace: ${name}-env }`),
  ),
});
const { parts, files } = synthFleet(fleet!);
const isBelow = (path: string, roots: readonly string[]) =>
  roots.filter((root) => path === root || path.startsWith(`${root}/`)).length;

it('tells from a path what the part says', () => {
  for (const part of parts) {
    const { kind, ...location } = locate(pathOf(part));
    expect(location).toMatchObject({ folder: part.folder, file: part.file });
    if (kind === 'team' || kind === 'teamApart' || kind === 'templates') expect(location.team).toBe(part.team);
    else expect(location.team).toBeUndefined();
    const particular = kind === 'teamApart' || kind === 'cluster';
    expect(location.cluster).toBe(
      particular && isObjects(part) ? clusterPart((part.clusters as readonly string[])[0]!) : undefined,
    );
  }
  expect(new Set(parts.map((part) => locate(pathOf(part)).kind))).toEqual(
    new Set(['allClusters', 'cluster', 'team', 'teamApart', 'argoCd', 'projects', 'rbac', 'index', 'templates']),
  );
  expect(locate('teams/alpha/more/30-tasks.yaml')).toEqual({ folder: 'teams/alpha/more', file: '30-tasks.yaml' });
  expect(locate('kind.yaml')).toEqual({ folder: '', file: 'kind.yaml' });
  expect(['dist/teams/alpha', 'teams/alpha'].map(inOutput)).toEqual(['teams/alpha', 'teams/alpha']);
});

it('has for each path one that is managed: that of its team, or what belongs to no team', () => {
  const ofTeam = (name: string) => pathsOfTeam(name, name === 'alpha' ? ['two', ARN] : []);
  for (const part of parts) {
    const owners = ['alpha', 'beta'].filter((name) => isBelow(pathOf(part), ofTeam(name)) > 0);
    expect(owners).toEqual(part.team === undefined ? [] : [part.team]);
    expect(isBelow(pathOf(part), SHARED_PATHS)).toBe(part.team === undefined ? 1 : 0);
  }
  expect([...files.keys()].map((path) => isBelow(path, ROOTS))).toEqual([...files].map(() => 1));
});

it('splits the files of a team as the table says', () => {
  const matches = (owner: Owner, file: string) =>
    new RegExp(`^${filesOf(owner).replace('.', '\\.').replace('*', '[^/]*')}$`).test(file);
  for (const [file, { owner }] of Object.entries(TEAM_FILES)) {
    const name = `${teamFileName(file as TeamFile)}.yaml`;
    expect({ file, owners: (['platform', 'team'] as const).filter((one) => matches(one, name)) }).toEqual({
      file,
      owners: [owner],
    });
  }
  expect(filesOf('platform')).toBe('[0-2]*.yaml');
  expect(filesOf('team')).toBe('[3-9]*.yaml');
});

it.each([
  ['tekton-dag-platform', 'platform'],
  ['tekton-dag-teams', 'team'],
] as const)('gives the applications of %s what the %s owns', (set, owner) => {
  const folder = folderOf('team', { team: 'alpha' });
  const own = parts.filter(isObjects).filter((part) => part.folder === folder && part.owner === owner);
  const application = applications(files, set).find(({ spec }) => {
    const { source, destination } = spec as { source: { path: string }; destination: { name: string } };
    return source.path === inRepository(folder) && destination.name === 'one';
  });
  expect(contents(files, application!)).toEqual(
    own.flatMap(({ objects }) => JSON.parse(JSON.stringify(objects)) as []),
  );
  expect(own.length).toBeGreaterThan(2);
});

it('makes nothing yet of a cluster without a team', () => {
  expect(fleet!.clusters.map(({ name }) => name)).toEqual([ARN, 'empty', 'kind-a', 'one', 'two']);
  expect(fleet!.clusters.find(({ name }) => name === 'empty')).toMatchObject({ settings: { tektonVersion: '1.0' } });
  expect(parts.filter((part) => isObjects(part) && part.clusters.includes('empty'))).toEqual([]);
});

it('agrees with CODEOWNERS', () => {
  const lines = readFileSync(join(__dirname, '../../.github/CODEOWNERS'), 'utf8')
    .split('\n')
    .map((line) => line.split(/ +/))
    .filter(([path]) => path?.startsWith(`/${inRepository('')}`));
  const folders = (name: string) => [
    folderOf('team', { team: name }),
    folderOf('teamApart', { cluster: '*', team: name }),
    ...(name === '*' ? [] : [folderOf('templates', { team: name })]),
  ];
  const platform = [
    ...folders('*').map((folder) => `${folder}/${digitsOf('platform')}*`),
    ...[folderOf('allClusters', {}), folderOf('argoCd', {}), folderOf('index', {})].map((folder) => `${folder}/`),
  ];
  // the last line that matches counts, so the platform's come last
  expect(lines).toEqual([
    ...folders('market').map((folder) => [`/${inRepository(folder)}/`, '@example/market']),
    ...platform.map((path) => [`/${inRepository(path)}`, '@example/platform']),
  ]);
});
