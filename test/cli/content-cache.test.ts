import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContentCache } from '../../lib/cli/content-cache';
import { digestOf } from '../../lib/words/digest';
import { HEADER } from '../../lib/words/generated';
import { BIN, tektonDag } from '../support/cli';
import { Folder, ROOT, teamFile } from './folder';

/** Whatever was kept before, synth writes what it writes without. `--check` trusts nothing that was kept. */

const KEPT = 'node_modules/.cache/tekton-dag/made';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.write('node_modules/.package-lock.json', '{}');
  folder.fleet('alpha', 'beta');
});
afterEach(() => {
  jest.restoreAllMocks();
  folder.remove();
});

const entries = (): readonly string[] =>
  readdirSync(join(folder.path, KEPT)).map((name) => join(folder.path, KEPT, name));

async function agrees(): Promise<void> {
  expect(await folder.run('synth', '--quiet', '--allow-removal')).toMatchObject({ status: 0, stderr: '' });
  expect(await folder.run('synth', '--check')).toMatchObject({ status: 0, stdout: '' });
}

it('makes again what has changed, and nothing else', async () => {
  await agrees();
  const [first, kept] = [folder.output(), entries()];
  // two stacks, two teams, and what was seen of the output
  expect(kept).toHaveLength(5);
  await agrees();
  expect([folder.output(), entries()]).toEqual([first, kept]);
  folder.write('stacks/beta.yaml', folder.read('stacks/beta.yaml').replace('tool: pip', 'tool: npm'));
  await agrees();
  expect(entries()).toHaveLength(7);
  expect(folder.output()).not.toEqual(first);
});

it('is what synth writes from, and what the check does not', async () => {
  await agrees();
  const get = jest.spyOn(ContentCache.prototype, 'get');
  await agrees();
  const keys: readonly (readonly string[])[] = get.mock.calls;
  const key = keys.find(([kind]) => kind === 'team')!;
  const cache = ContentCache.of(folder.path)!;
  const team = cache.get(...key) as { written: { digest: string }[] };
  const file = 'dist/teams/alpha/00-namespace.yaml';
  const other = `${folder.read(file)}# kept\n`;
  team.written[0]!.digest = digestOf(other);
  cache.put(team, ...key);
  folder.write(file, other);
  await folder.run('synth');
  expect(folder.read(file)).toBe(other);
  expect((await folder.run('synth', '--check')).stdout).toBe(`${file}: differs\n`);
});

describe('a file of dist/', () => {
  const file = 'dist/teams/alpha/30-tasks.yaml';
  /** Long enough ago for its stamp to be trusted. */
  const settle = (): void => {
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + 60_000);
  };
  beforeEach(async () => {
    await agrees();
    utimesSync(join(folder.path, file), 1_700_000_000, 1_700_000_000);
    settle();
    await agrees();
  });

  it.each<[string, (path: string) => void]>([
    ['is edited', (path) => appendFileSync(path, '# by hand\n')],
    [
      'is edited within its length and with its old time',
      (path) => {
        const { atime, mtime } = statSync(path);
        writeFileSync(path, readFileSync(path, 'utf8').replace('kind: Task', 'kind: Tusk'));
        utimesSync(path, atime, mtime);
        expect(statSync(path).mtimeMs).toBe(1_700_000_000_000);
      },
    ],
    [
      'is replaced',
      (path) => {
        writeFileSync(`${path}.new`, readFileSync(path, 'utf8').replace('kind: Task', 'kind: Tusk'));
        renameSync(`${path}.new`, path);
      },
    ],
    ['is removed', (path) => rmSync(path)],
    ['comes from elsewhere', (path) => writeFileSync(join(path, '../99-foreign.yaml'), HEADER)],
  ])('is put right that %s', async (_, spoil) => {
    const before = folder.output();
    spoil(join(folder.path, file));
    expect(folder.output()).not.toEqual(before);
    expect((await folder.run('synth')).status).toBe(0);
    expect(folder.output()).toEqual(before);
  });

  it('is not read again as long as its stamp is the same', async () => {
    const cache = ContentCache.of(folder.path)!;
    const key = ['output', join(folder.path, 'dist')];
    const seen = cache.get(...key) as Map<string, { digest: string }>;
    seen.get(file.slice('dist/'.length))!.digest = 'of another text';
    cache.put(seen, ...key);
    const { ino } = statSync(join(folder.path, file));
    await agrees();
    expect(statSync(join(folder.path, file)).ino).not.toBe(ino);
  });

  it('is trusted only once it has not changed for a while', async () => {
    jest.restoreAllMocks();
    folder.write(file, folder.read(file).replace('kind: Task', 'kind: Tusk'));
    await agrees();
    const cache = ContentCache.of(folder.path)!;
    const seen = cache.get('output', join(folder.path, 'dist')) as ReadonlyMap<string, unknown>;
    expect([...seen.keys()]).not.toContain(file.slice('dist/'.length));
  });
});

it.each<[string, () => void]>([
  ['a stack', () => folder.write('stacks/alpha.yaml', folder.read('stacks/alpha.yaml').replace('fe,', 'front,'))],
  ['a team', () => folder.write('teams/alpha/team.yaml', teamFile('alpha', 'maxConcurrentRuns: 9\n'))],
  ['a cluster of all teams', () => folder.write('clusters/prod.yaml', 'name: prod\nquota: { pods: 50 }\n')],
  [
    'a shared part alone',
    () => folder.write('clusters/prod.yaml', 'name: prod\ntekton: { install: { version: "1.15.0" } }\n'),
  ],
  ['a team that goes', () => void (folder.remove('teams/beta'), folder.remove('stacks/beta.yaml'))],
  ['a team that comes', () => folder.fleet('gamma')],
  [
    'a team that shares the namespace of another',
    () => folder.write('teams/beta/team.yaml', teamFile('beta').replace('team-beta', 'team-alpha')),
  ],
  [
    'a repository for Argo CD',
    () => {
      for (const name of ['alpha', 'beta'])
        folder.write(
          `teams/${name}/team.yaml`,
          teamFile(name, 'platform: { repoURL: https://git.example.com/p.git }\n'),
        );
    },
  ],
])('follows %s', async (_, change) => {
  await agrees();
  const before = folder.output();
  change();
  const withCache = await folder.run('synth', '--allow-removal');
  const written = folder.output();
  folder.remove(KEPT);
  const without = await folder.run('synth', '--allow-removal');
  const seconds = /, [\d.]+ s\n/;
  expect([withCache.status, withCache.stderr, withCache.stdout.replace(seconds, '')]).toEqual([
    without.status,
    without.stderr,
    without.stdout.replace(seconds, ''),
  ]);
  expect(written).toEqual(folder.output());
  if (without.status === 0) expect(written).not.toEqual(before);
});

it('has the Tasks of a cluster made again, whose teams share them', async () => {
  folder.write('clusters/prod.yaml', 'name: prod\ntasks: shared\n');
  await agrees();
  const first = folder.output();
  expect(first['/dist/tasks/prod/tasks.yaml']).toContain('name: build-pip\n');
  await agrees();
  expect(folder.output()).toEqual(first);
});

it.each<[string, (file: string, index: number) => void]>([
  ['cut', (file) => writeFileSync(file, readFileSync(file).subarray(0, -100))],
  ['empty', (file) => writeFileSync(file, '')],
  ['longer', (file) => appendFileSync(file, 'x')],
  [
    'changed',
    (file) =>
      writeFileSync(
        file,
        readFileSync(file).map((byte, i) => (i === 100 ? byte ^ 1 : byte)),
      ),
  ],
  ['another', (file, index) => writeFileSync(file, readFileSync(entries()[(index + 1) % entries().length]!))],
])('takes no entry that is %s', async (_, spoil) => {
  await agrees();
  const first = folder.output();
  entries().forEach(spoil);
  folder.remove('dist');
  await agrees();
  expect(folder.output()).toEqual(first);
});

it('follows a file that a stack names', async () => {
  const deployment = (tier: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    metadata: { labels: { example.com/tier: ${tier} } }
    spec:
      containers:
        - name: api
          image: IMAGE
          resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { memory: 16Mi } }
`;
  folder.write('deploy/api.yaml', deployment('front'));
  for (const name of ['alpha', 'beta'])
    folder.write(
      `teams/${name}/team.yaml`,
      teamFile(name, 'environment: { deploy: gitops }\nplatform: { repoURL: https://git.example.com/p.git }\n'),
    );
  folder.write(
    'stacks/alpha.yaml',
    folder
      .read('stacks/alpha.yaml')
      .replace('build: { tool: pip }', 'build: { tool: pip }, deploy: { manifests: deploy/api.yaml }'),
  );
  await agrees();
  const before = folder.output();
  folder.write('deploy/api.yaml', deployment('back'));
  await agrees();
  expect(folder.output()).not.toEqual(before);
});

it('follows code of the fleet, and what it imports and reads', () => {
  const agree = (): Record<string, string> => {
    expect(tektonDag(['synth', '--quiet'], { cwd: folder.path })).toMatchObject({ status: 0, stderr: '' });
    expect(tektonDag(['synth', '--check'], { cwd: folder.path })).toMatchObject({ status: 0, stdout: '' });
    return folder.output();
  };
  folder.remove('teams/alpha/team.yaml');
  folder.write(
    'teams/alpha/team.ts',
    `import { Team } from 'tekton-dag';
import { readFileSync } from 'node:fs';
import { runs } from '../../shared';
export default new Team({ name: 'alpha', namespace: 'team-alpha', cluster: 'prod', imageRegistry: 'r.example.com/alpha',
  stacks: ['stacks/alpha.yaml'], maxConcurrentRuns: runs, maxParallelBuilds: Number(readFileSync('builds', 'utf8')) });`,
  );
  folder.write('shared.ts', 'export const runs = 3;');
  folder.write('builds', '2');
  const outputs = [agree()];
  for (const [file, text] of [
    ['shared.ts', 'export const runs = 4;'],
    ['builds', '1'],
    [
      'fleet.ts',
      `import { Fleet } from 'tekton-dag';
export default new Fleet({ customize: (objects) => { for (const each of objects) each.metadata.addLabel('cost', 'a'); } });`,
    ],
    [
      'fleet.ts',
      `import { Fleet } from 'tekton-dag';
export default new Fleet({ customize: (objects) => { for (const each of objects) each.metadata.addLabel('cost', 'b'); } });`,
    ],
  ] as const) {
    folder.write(file, text);
    outputs.push(agree());
  }
  expect(new Set(outputs.map((output) => JSON.stringify(output))).size).toBe(outputs.length);
});

/** Runs synth of a copy of the program, once it was changed. @param change is given the folder of the copy, which has its own list of packages */
function withOther(change: (other: string) => void, check: (bin: string) => void): void {
  const other = mkdtempSync(join(tmpdir(), 'other-version-'));
  try {
    for (const part of ['lib', 'imports', 'package.json', 'orchestrator/Dockerfile'])
      cpSync(join(ROOT, part), join(other, part), { recursive: true });
    mkdirSync(join(other, 'node_modules'));
    for (const name of readdirSync(join(ROOT, 'node_modules')))
      if (name !== INSTALLED) symlinkSync(join(ROOT, 'node_modules', name), join(other, 'node_modules', name));
    cpSync(join(ROOT, 'node_modules', INSTALLED), join(other, 'node_modules', INSTALLED));
    change(other);
    check(join(other, 'lib/cli/tekton-dag.js'));
  } finally {
    rmSync(other, { recursive: true });
  }
}
const INSTALLED = '.package-lock.json';

it('takes nothing that another version of the program has made', () => {
  expect(tektonDag(['synth'], { cwd: folder.path }).status).toBe(0);
  const first = folder.output();
  withOther(
    (other) => appendFileSync(join(other, 'lib/output/tasks/deploy/smoke.sh'), 'echo "this version says more"\n'),
    (bin) => {
      expect(tektonDag(['synth'], { cwd: folder.path, bin })).toMatchObject({ status: 0 });
      expect(folder.output()).not.toEqual(first);
      expect(tektonDag(['synth', '--check'], { cwd: folder.path, bin })).toMatchObject({ status: 0, stdout: '' });
    },
  );
});

it('takes nothing that the program has made with other packages, also of those that its packages use', () => {
  expect(tektonDag(['synth'], { cwd: folder.path }).status).toBe(0);
  expect(entries()).toHaveLength(5);
  withOther(
    () => undefined,
    (bin) => void tektonDag(['synth'], { cwd: folder.path, bin }),
  );
  expect(entries()).toHaveLength(5);
  withOther(
    (other) => appendFileSync(join(other, 'node_modules', INSTALLED), '\n'),
    (bin) => void tektonDag(['synth'], { cwd: folder.path, bin }),
  );
  expect(entries()).toHaveLength(10);
});

it('is filled by several processes at once', async () => {
  const processes = ['a', 'b', 'c'].map(
    (out) =>
      new Promise((resolve) =>
        spawn(process.execPath, [BIN, 'synth', '--out', out], { cwd: folder.path, stdio: 'ignore' }).once(
          'close',
          resolve,
        ),
      ),
  );
  expect(await Promise.all(processes)).toEqual([0, 0, 0]);
  // of each output what was seen
  expect(entries()).toHaveLength(7);
  for (const out of ['a', 'b', 'c'])
    expect(await folder.run('synth', '--check', '--out', out)).toMatchObject({ status: 0, stdout: '' });
});

it('is made only where there are packages, and synth goes on where it cannot be written', async () => {
  folder.remove('node_modules');
  await agrees();
  expect(readdirSync(folder.path)).not.toContain('node_modules');
  folder.write('node_modules/.cache', 'a file');
  await agrees();
});
