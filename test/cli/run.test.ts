import { load } from 'js-yaml';
import { LABELS } from '../../lib/words/labels';
import type { RunRequest } from '../../lib/runs/ask/run-request';
import { ask } from '../../lib/runs/ask/ask';
import { Folder, teamFile } from './folder';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.fleet('alpha');
});
afterEach(() => folder.remove());

const made = async (...args: readonly string[]) => {
  const { status, stdout, stderr } = await folder.run('run', ...args, '--stack', 'alpha', '--team', 'alpha');
  expect({ status, errors: stderr.split('\n').filter((line) => line && !line.startsWith('warning')) }).toEqual({
    status: 0,
    errors: [],
  });
  return load(stdout) as {
    metadata: { generateName: string; namespace: string };
    spec: {
      params: { name: string; value: unknown }[];
      pipelineSpec?: { tasks: { name: string }[] };
      pipelineRef?: { name: string };
    };
  };
};

it('prints the run, pruned to the apps that it concerns, in our words or the original ones', async () => {
  const pr = await made('pr', '--app', 'api', '--pr', '7', '--revision', 'abc1234');
  expect(pr.metadata).toMatchObject({ generateName: 'pr-7-', namespace: 'team-alpha' });
  expect(pr.spec.pipelineSpec?.tasks.map(({ name }) => name)).toEqual([
    'build-api',
    'push-api',
    'preview-api',
    'validate-session',
  ]);
  expect((await made('stack-bootstrap', '--app', 'fe')).spec.pipelineSpec?.tasks.map(({ name }) => name)).toEqual([
    'build-fe',
    'push-fe',
    'deploy-fe',
    'smoke',
  ]);
  expect((await made('merge', '--app', 'api', '--revision', 'abc1234')).metadata.generateName).toBe('release-');
});

describe('--request', () => {
  const asked = async (...args: readonly string[]) =>
    load((await folder.run('run', ...args, '--stack', 'alpha', '--team', 'alpha', '--request')).stdout) as RunRequest;

  it('prints what asks for the run, and says nothing that takes another right than to ask', async () => {
    const request = await asked('pr', '--app', 'api', '--pr', '7', '--revision', 'abc1234', '--force-rebuild');
    expect(request).toMatchObject({
      kind: 'RunRequest',
      metadata: {
        generateName: 'pr-7-',
        namespace: 'team-alpha',
        labels: { [LABELS.team]: 'alpha', [LABELS.pullRequest]: '7' },
      },
    });
    expect(request.spec).toEqual({
      pipeline: 'pr-test',
      team: 'alpha',
      stack: 'alpha',
      apps: ['api'],
      revision: 'abc1234',
      pullRequest: { number: 7, repo: 'alpha/api' },
      overrides: { forceRebuild: true },
    });
    expect(ask.safeParse(request.spec).error).toBeUndefined();
  });

  it.each([
    [
      ['bootstrap', '--app', 'fe', '--version-overrides', 'api:1.2.3'],
      { pipeline: 'bootstrap', apps: ['fe'], overrides: { versions: { api: '1.2.3' } } },
    ],
    [['bootstrap', '--app-revision', 'fe:abc1234'], { pipeline: 'bootstrap', revisions: { fe: 'abc1234' } }],
    [
      ['merge', '--app', 'api', '--revision', 'abc1234', '--version-overrides', 'api:2.0.0'],
      { pipeline: 'merge-release', apps: ['api'], overrides: { version: '2.0.0' } },
    ],
    [['verify', '--revision', 'main'], { pipeline: 'verify', revision: 'main' }],
  ])('%j', async (args, spec) => expect((await asked(...args)).spec).toMatchObject(spec));

  it('asks for nothing that no run can be made of, and does not go with --by-reference', async () => {
    const run = (...args: readonly string[]) =>
      folder.run('run', 'bootstrap', '--stack', 'alpha', '--team', 'alpha', '--request', ...args);
    expect(await run('--app', 'nope')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('no such app (found nope; expected fe or api)'),
    });
    expect(await run('--by-reference')).toMatchObject({ status: 2, stdout: '' });
  });
});

it('refers to the Pipeline where that is asked for, and prints JSON', async () => {
  expect((await made('bootstrap', '--by-reference', '-o', 'json')).spec).toMatchObject({
    pipelineRef: { name: 'alpha-bootstrap' },
  });
});

it('refers to it without being asked where the team says that runs do', async () => {
  folder.write('clusters/prod.yaml', '{ name: prod, runs: reference }');
  expect((await made('bootstrap')).spec).toMatchObject({ pipelineRef: { name: 'alpha-bootstrap' } });
});

it.each<[readonly string[], string]>([
  [['pr', '--app', 'apo', '--pr', '7', '--revision', 'a1'], 'did you mean api?'],
  [['pr', '--app', 'api', '--pr', '7'], '--revision: is required (or --app-revision for each of api)'],
  [['stack-dag'], "'stack-dag' is invalid. Allowed choices are bootstrap, pr-test, merge-release, promote, verify."],
  [['pr', '--app', 'api', '--revision', 'a1'], '--pr: is missing'],
  [['pr', '--app', 'api', '--pr', '0', '--revision', 'a1'], '--pr: is not a number of a pull request'],
  [['pr', '--app', 'api', '--pr', '1.5', '--revision', 'a1'], '--pr: is not a number of a pull request'],
  [['pr', '--app', 'api', '--pr', '07', '--revision', 'a1'], "'07' is invalid. It is not a number."],
  [['pr', '--app', 'api', '--pr', 'x', '--revision', 'a1'], "'x' is invalid. It is not a number."],
  [['pr', '--app', 'api', '--pr', '7', '--revision', '-x'], 'revision'],
  [['bootstrap', '--intercept-backend', 'gateway'], 'the Pipeline was made for another'],
  [['bootstrap', '--app-revision', 'api'], 'Write app:value.'],
  [['merge', '--revision', 'a1'], '--app: a release is of one app'],
  [['verify', '--revision', 'a1', '--force-rebuild'], '--force-rebuild: means nothing to verify'],
])('%j is refused with the reason', async (args, reason) => {
  const { status, stderr, stdout } = await folder.run('run', ...args, '--stack', 'alpha', '--team', 'alpha');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(reason);
});

it('names the stacks of the team', async () => {
  expect(await folder.run('run', 'bootstrap', '--stack', 'alpa', '--team', 'alpha')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("team 'alpha' has no stack 'alpa' (there are: alpha); did you mean 'alpha'?"),
  });
});

it('wants one of --team and --team-file', async () => {
  expect(await folder.run('run', 'bootstrap', '--stack', 'alpha')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--team or --team-file'),
  });
});

describe('a team of one stack', () => {
  const promote = (...args: readonly string[]) => folder.run('run', 'promote', '--team', 'alpha', ...args);

  it('need not say which, and promotes where it can', async () => {
    folder.write('teams/alpha/team.yaml', teamFile('alpha', 'clusters: [live]\nenvironment: { deploy: gitops }\n'));
    const { status, stdout } = await promote('--to', 'live', '--app', 'api');
    expect(status).toBe(0);
    expect(load(stdout)).toMatchObject({
      metadata: { generateName: 'promote-', namespace: 'team-alpha' },
      spec: {
        params: [
          { name: 'to', value: 'live' },
          { name: 'apps', value: ['api'] },
        ],
      },
    });
    expect(load((await promote('--to', 'live', '--request')).stdout)).toMatchObject({
      kind: 'RunRequest',
      metadata: { generateName: 'promote-' },
      spec: { pipeline: 'promote', team: 'alpha', stack: 'alpha', to: 'live' },
    });
    expect(await promote('--to', 'life')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('did you mean live?'),
    });
    expect(await promote()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('to: is not a cluster that the team promotes to'),
    });
  });

  it('is told why it cannot', async () => {
    expect(await promote('--to', 'live')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining("team 'alpha' promotes nothing: that takes environment.deploy gitops"),
    });
  });
});

it('wants to know which of several stacks', async () => {
  folder.write(
    'teams/alpha/team.yaml',
    teamFile('alpha').replace('stacks/alpha.yaml', 'stacks/alpha.yaml, stacks/other.yaml'),
  );
  folder.write(
    'stacks/other.yaml',
    'name: other\napps: [{ name: other, repo: acme/other, propagation-role: terminal }]\n',
  );
  expect(await folder.run('run', 'bootstrap', '--team', 'alpha')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('say which one with --stack (there are: alpha, other)'),
  });
});
