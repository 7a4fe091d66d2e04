import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { tektonDag } from '../support/cli';
import { Folder } from './folder';

/** One edit of an input file is one cause, whatever it changes. */

let folder: Folder;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: folder.path,
    stdio: 'pipe',
  });
const CLUSTERS = ['prod', 'other'];
const cluster = (name: string, text = '') => folder.write(`clusters/${name}.yaml`, `name: ${name}\n${text}`);

beforeEach(async () => {
  folder = new Folder();
  folder.fleet('a', 'b');
  for (const name of CLUSTERS) cluster(name);
  folder.write('teams/b/team.yaml', FLEET_B);
  await folder.run('synth');
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=base');
});
afterEach(() => folder.remove());

/** Team b is on the other cluster. */
const FLEET_B = `name: b
namespace: team-b
cluster: other
imageRegistry: r.example.com/b
maxParallelBuilds: 1
stacks: [stacks/b.yaml]
`;

async function causes(): Promise<readonly string[]> {
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  const { stdout } = await folder.run('diff', '--base', 'main', '--format', 'json');
  const report = JSON.parse(stdout) as { causes: readonly { title: string; teams: readonly string[] }[] };
  return report.causes.map(({ title, teams }) => `${title} [${teams.join(' ')}]`);
}

const PROXY = 'proxy: { http: "http://proxy.example:3128", https: "http://proxy.example:3128" }\n';

it.each([
  ['proxy', PROXY, 'proxy added'],
  ['caBundle', 'caBundle: { configMap: private-ca }\n', 'caBundle added'],
  ['podTemplate', 'podTemplate: { nodeSelector: { pool: ci }, priorityClass: low }\n', 'podTemplate added'],
  ['domain', 'domain: corp.example\n', 'domain: nothing → corp.example'],
  ['imageRegistry', 'imageRegistry: r2.example.com\n', 'imageRegistry: nothing → r2.example.com'],
  ['images', 'images: { mirror: m.example.com/x }\n', 'images added'],
])('%s of a cluster', async (_, text, what) => {
  cluster('prod', text);
  expect(await causes()).toEqual([`clusters/prod.yaml: ${what} [a]`]);
});

it('two keys are two, and the same key in two files is one', async () => {
  for (const name of CLUSTERS) cluster(name, `${PROXY}domain: corp.example\n`);
  const files = 'clusters/other.yaml, clusters/prod.yaml';
  expect([...(await causes())].sort()).toEqual([
    `${files}: domain: nothing → corp.example [a b]`,
    `${files}: proxy added [a b]`,
  ]);
});

it('a key of a cluster that had no file before', async () => {
  git('rm', '--quiet', '--cached', 'clusters/prod.yaml');
  git('commit', '--quiet', '--message=none');
  cluster('prod', PROXY);
  expect(await causes()).toEqual(['clusters/prod.yaml: proxy added [a]']);
});

it('a key of a team, and of an app', async () => {
  folder.write('teams/b/team.yaml', FLEET_B.replace('r.example.com', 'r2.example.com'));
  folder.write('stacks/a.yaml', folder.read('stacks/a.yaml').replace('tool: npm', 'tool: npm, env: { A: b }'));
  expect([...(await causes())].sort()).toEqual([
    'stacks/a.yaml: apps[fe].build.env added [a]',
    'teams/b/team.yaml: imageRegistry: r.example.com/b → r2.example.com/b [b]',
  ]);
});

it('what dist/ holds besides what synth makes is of no edit', async () => {
  cluster('prod', PROXY);
  await folder.run('synth');
  const file = 'dist/teams/b/30-tasks.yaml';
  folder.write(file, folder.read(file).replaceAll('alpine/git:2.47.2', 'alpine/git:2.47.3'));
  const { stdout } = await folder.run('diff', '--base', 'main');
  expect(stdout).toContain('clusters/prod.yaml: proxy added: a, ');
  expect(stdout).toContain('image docker.io/alpine/git: 2.47.2 → 2.47.3: b, ');
});

describe('the output that is not what synth makes', () => {
  const STALE =
    /^warning: dist is not what synth makes of the sources: run npm run synth, which changes (.*)\. This compares dist as it is\n$/;
  const REFUSED = 'warning: synth refuses the sources: run npm run synth. This compares dist as it is\n';
  // code that has changed is read anew
  const stderr = (...args: string[]): string =>
    tektonDag(['diff', ...args, '--base', 'main'], { cwd: folder.path }).stderr;
  const stale = (...args: string[]): string | undefined => STALE.exec(stderr(...args))?.[1];

  it('is told of, whatever else of it has changed', async () => {
    expect(stderr()).toBe('');
    cluster('prod', PROXY);
    expect(stale()).toContain('dist/teams/a/');
    await folder.run('synth');
    expect(stderr()).toBe('');
    cluster('prod', `${PROXY}domain: corp.example\n`);
    expect(stale()).toContain('dist/teams/a/');
    expect(stderr('b')).toBe('');
  });

  it('is told of a module that code imports, of what code reads, and of a Deployment that a stack names', async () => {
    const deployment = (memory: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: fe }
spec:
  template:
    spec: { containers: [{ name: fe, image: IMAGE, resources: { requests: { cpu: 100m, memory: ${memory} }, limits: { memory: 99Mi } } }] }
`;
    folder.write('deploy/fe.yaml', deployment('8Mi'));
    folder.write('teams/a/team.yaml', `${folder.read('teams/a/team.yaml')}environment: { deploy: gitops }\n`);
    const stack = folder.read('stacks/a.yaml');
    folder.write('stacks/a.yaml', stack.replace('tool: npm', 'tool: npm }, deploy: { manifests: deploy/fe.yaml'));
    const module = (name: string): string => folder.write('more/name.ts', `export const NAME = '${name}';\n`);
    module('one');
    folder.write('more/keep.txt', 'one');
    folder.write(
      'fleet.ts',
      `import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fleet } from 'tekton-dag';
import { NAME } from './more/name';
const KEPT = readFileSync(join(__dirname, 'more/keep.txt'), 'utf8');
export default new Fleet({
  customize: (_, team) => void team.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME }, data: { KEPT } }),
});
`,
    );
    expect(await folder.run('synth')).toMatchObject({ status: 0 });
    git('add', '.');
    git('commit', '--quiet', '--message=more');
    expect(stderr()).toBe('');
    const environments = 'dist/teams/a/50-environment.yaml and dist/teams/b/50-environment.yaml';
    module('two');
    expect(stale()).toBe(environments);
    module('one');
    folder.write('more/keep.txt', 'two');
    expect(stale()).toBe(environments);
    folder.write('more/keep.txt', 'one');
    folder.write('deploy/fe.yaml', deployment('9Mi'));
    expect(stale()).toBe('dist/teams/a/40-a.yaml');
    rmSync(join(folder.path, 'more/name.ts'));
    expect(stderr()).toBe(REFUSED);
  });

  it('is told of where synth refuses the sources, and where a team is not made yet', async () => {
    folder.write('teams/c/team.yaml', FLEET_B.replaceAll('b', 'c'));
    expect(await folder.run('diff', 'c', '--base', 'main')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('dist has nothing of team "c" yet: run npm run synth'),
    });
    cluster('prod', 'proxi: {}\n');
    expect(stderr()).toBe(REFUSED);
  });
});
