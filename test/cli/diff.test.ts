import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toYaml } from '../../lib/kube/yaml';
import { object, task } from '../diff/support';
import { inProcess } from '../support/cli';

/** dist/ of a real repository, which lies in a folder below its top. */

let top: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: top, stdio: 'pipe' });
const write = (team: string, ...objects: Parameters<typeof toYaml>[0]) => {
  mkdirSync(join(top, 'ci/dist/teams', team), { recursive: true });
  writeFileSync(join(top, 'ci/dist/teams', team, '30-tasks.yaml'), toYaml(objects));
};
const diff = (...args: string[]) => inProcess(['diff', ...args], join(top, 'ci'));

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'tekton-dag-diff-'));
  git('init', '--quiet', '--initial-branch=main');
  write('payments', task({ steps: [{ name: 's', image: 'maven:1', script: 'ä\n' }] }), object('ConfigMap', 'x'));
  write('search', task());
  git('add', '.');
  git('commit', '--quiet', '--message=base');
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

it('ends with 0 where nothing changes, and where nothing loud does', async () => {
  expect(await diff('--base', 'main')).toMatchObject({ status: 0, stdout: 'nothing changes from main to dist\n' });
  write('payments', task({ steps: [{ name: 's', image: 'maven:2', script: 'ä\n' }] }), object('ConfigMap', 'x'));
  expect(await diff('--base', 'main')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/1\. image maven: 1 → 2: payments, 1 Task/),
  });
});

it('ends with 3 where something loud changes, in every format', async () => {
  write('payments', task());
  for (const format of ['text', 'markdown', 'json'])
    expect(await diff('--base', 'main', '--format', format)).toMatchObject({
      status: 3,
      stdout: expect.stringContaining('deletion'),
    });
});

it('looks at the teams that are named', async () => {
  write('payments', task());
  expect(await diff('search', '--base', 'main')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('nothing changes'),
  });
  expect(await diff('serch', '--base', 'main')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("did you mean 'search'?"),
  });
});

it('says which clusters the output knows, before any is asked', async () => {
  mkdirSync(join(top, 'ci/dist/index'), { recursive: true });
  for (const [team, cluster] of [
    ['payments', 'staging'],
    ['search', 'production'],
  ])
    writeFileSync(
      join(top, `ci/dist/index/${team}.json`),
      JSON.stringify({ team, cluster, folder: `dist/teams/${team}` }),
    );
  expect(await diff('--live', '--cluster', 'stagin')).toMatchObject({
    status: 2,
    stderr: "error: dist has no cluster 'stagin' (there are: staging, production); did you mean 'staging'?\n",
  });
  expect(await diff('search', '--live', '--cluster', 'staging')).toMatchObject({
    status: 2,
    stderr: "error: dist has no cluster 'staging' (there are: production)\n",
  });
  rmSync(join(top, 'ci/dist/index'), { recursive: true });
});

it('does not take the name of a cluster where the output knows of none', async () =>
  expect(await diff('--live', '--cluster', 'staging')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--cluster: dist does not say which cluster a team is on, since it has no index'),
  }));

it.each([
  ['nothing to compare with', [], /--base or --live/],
  ['two things', ['--base', 'main', '--live'], /give --base or --live/],
  ['an unknown commit', ['--base', 'nowhere'], /cannot read dist\/ at nowhere/],
])('refuses %s', async (_, args, message) =>
  expect(await diff(...args)).toMatchObject({ status: 2, stderr: expect.stringMatching(message) }),
);
