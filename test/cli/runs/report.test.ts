import type { RunRequestStatus } from '../../../lib/runs/ask/run-request';
import { pipelineHash } from '../../../lib/runs/run/compose';
import type { ApiDeps } from '../../../orchestrator/src/http/api';
import { configurationHash } from '../../../orchestrator/src/queue/run';
import { configurationOf, shop, teamOf } from '../../orchestrator/support';
import { failingTasks, pullRequestRun } from '../../page/scene';
import type { MadeRun } from '../../page/scene';
import { showingRuns } from './asked';

// a machine that is busy with other things is no failure
jest.setTimeout(60_000);

/** `report RUN` and `run --from RUN` against the API of an orchestrator. */

const team = shop();
const hex = (letter: string): string => letter.repeat(64);
const image = (name: string, letter: string): string => `docker.io/${name}@sha256:${hex(letter)}`;

const withStatus = (run: MadeRun, status: Partial<RunRequestStatus>): MadeRun => ({
  ...run,
  request: { ...run.request, status: { ...run.request.status, ...status } },
});
const made = {
  pipeline: hex('1'),
  configuration: hex('2'),
  version: '0.1.0',
  tools: [image('alpine/git', 'a'), image('library/node', 'b')],
};
const failed = withStatus(
  pullRequestRun(team, {
    number: 7,
    phase: 'Failed',
    apps: ['web'],
    tasks: failingTasks('web'),
    message: 'test-web-postman: \u001b[2J expected 201 but got 500',
  }),
  {
    made,
    results: {
      images: [{ app: 'web', url: 'registry.example.com/pr/web', digest: `sha256:${hex('c')}` }],
      reports: 'pvc://tekton-dag-reports/shop/pr-test/pr-7',
      tests: {
        passed: 40,
        failed: 3,
        errors: 0,
        skipped: 1,
        flaky: 0,
        failures: ['test-web-postman: Cart › \u202eadds', 'test-web-postman: Cart › removes'],
      },
    },
  },
);
const green = withStatus(
  pullRequestRun(team, { number: 8, phase: 'Succeeded', apps: ['web'], tasks: failingTasks('web') }),
  { made: { ...made, pipeline: hex('3'), tools: [image('alpine/git', 'd')] }, results: {} },
);
const names = [failed, green].map(({ request }) => request.metadata.name) as [string, string];

const showing = showingRuns(team);

it('tells of a run of one of two teams that have one of its name, once its namespace is said', async () => {
  const other = teamOf('other', { shop: [{ name: 'web', repo: 'other/web' }] });
  const { request } = green;
  const { name, namespace } = request.metadata;
  const namesake: MadeRun = {
    ...failed,
    request: {
      ...failed.request,
      metadata: { ...failed.request.metadata, name, namespace: other.namespace },
      spec: { ...failed.request.spec, team: other.name },
    },
  };
  const one = await showing([green, namesake], {}, other);
  const { status, stderr } = await one.run('report', name);
  expect(status).toBe(1);
  expect(stderr).toContain(`namespace=${namespace}`);
  expect(stderr).toContain(`namespace=${other.namespace}`);
  expect(stderr).toContain('<namespace>/<name>');
  expect(await one.run('report', `${namespace}/${name}`)).toMatchObject({ status: 0, stderr: '' });
  expect(await one.run('report', `${other.namespace}/${name}`)).toMatchObject({ status: 1, stderr: '' });
  expect(await one.run('logs', `${other.namespace}/${name}`, '--task', 'nothing')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(`${other.namespace}/${name}: the cluster has no PipelineRun of this run`),
  });
});

it('tells what a run came to: verdict, failures, cases, tasks, where the reports are, what it was made of', async () => {
  const { status, stdout, stderr } = await (await showing([failed])).run('report', names[0]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toMatchInlineSnapshot(`
    "pr-7-go77fxud3q: Failed after 3m46s
      shop-pr-test of team payments for web in pull request 7 of acme/web (feature)
      test-web-postman: \\u001b[2J expected 201 but got 500

    Failed
      test-web-postman: POST /cart answers 201: expected 201 but got 500

    Test cases: 40 passed, 3 failed, 1 skipped
      test-web-postman: Cart › \\u202eadds
      test-web-postman: Cart › removes
      and 1 more

    Tasks                  STATE   TOOK   BEGAN AFTER
      resolve              passed  8s     0s
      build-web            passed  1m27s  8s
      push-web             passed  15s    1m35s
      preview-web          passed  30s    1m50s
      test-web-postman     failed  31s    2m20s
      test-web-playwright  passed  1m20s  2m20s
      close-previews       passed  6s     3m40s
      publish-outcome      passed  4s     3m40s

    Reports: pvc://tekton-dag-reports/shop/pr-test/pr-7

    Made of
      commit         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      Pipeline       111111111111
      configuration  222222222222
      orchestrator   0.1.0
      tool           docker.io/alpine/git@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      tool           docker.io/library/node@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
      image of web   registry.example.com/pr/web@sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc
    "
  `);
});

it('tells each of the ways in which tests ran', async () => {
  const run: MadeRun = {
    ...failed,
    taskRuns: failed.taskRuns.flatMap((one): MadeRun['taskRuns'] =>
      one.metadata.labels?.['tekton.dev/pipelineTask'] !== 'test-web-postman'
        ? [one]
        : ['mode-a', 'mode-b'].map((value, index) => ({
            ...one,
            metadata: { ...one.metadata, name: `${one.metadata.name}-${index}` },
            spec: {
              params: [
                { name: 'combination', value },
                { name: 'app', value: 'web' },
              ],
            },
            status: {
              ...one.status,
              conditions: [{ type: 'Succeeded', status: index === 0 ? 'True' : 'False', message: 'it broke' }],
            },
          })),
    ),
  };
  const { stdout } = await (await showing([run])).run('report', names[0]);
  expect(stdout).toMatch(/^ {2}test-web-postman mode-a +passed /m);
  expect(stdout).toMatch(/^ {2}test-web-postman mode-b +failed /m);
  expect(stdout).toContain('Failed\n  test-web-postman mode-b: it broke\n');
});

describe('the exit code', () => {
  it.each([
    ['Succeeded', 0],
    ['Failed', 1],
    ['Cancelled', 1],
    ['Refused', 1],
    ['Running', 1],
    ['Queued', 1],
  ] as const)('of a run that is %s is %d', async (phase, code) => {
    const run = withStatus(failed, { phase });
    expect((await (await showing([run])).run('report', names[0])).status).toBe(code);
  });

  it('of one that is not there is 2', async () =>
    expect((await (await showing([failed])).run('report', 'pr-7')).status).toBe(2));
});

it('tells of tasks that were pruned, and of those that there are not yet', async () => {
  const gone = { ...failed, run: { ...failed.run, metadata: { ...failed.run.metadata, uid: 'another' } } };
  expect((await (await showing([gone])).run('report', names[0])).stdout).toContain(
    'Tasks: pruned with their PipelineRun',
  );
  const queued = pullRequestRun(team, { number: 9, phase: 'Queued', apps: ['web'], message: 'waits for a slot' });
  const { stdout } = await (await showing([queued])).run('report', queued.request.metadata.name);
  expect(stdout).toContain('Tasks: not there before the run begins');
  expect(stdout).toContain('  waits for a slot\n');
});

it('prints what the API says as JSON', async () => {
  const { run, url } = await showing([failed, green]);
  const { stdout } = await run('report', names[0], '--format', 'json', '--against', names[1]);
  // what the terminal would obey is escaped, which JSON reads as the same
  expect(stdout).toContain('Cart › \\u202eadds');
  const answer = JSON.parse(stdout);
  expect(answer.run).toEqual(await (await fetch(`${url}/api/runs/${names[0]}`)).json());
  expect(answer.tasks).toEqual(await (await fetch(`${url}/api/runs/${names[0]}/tasks`)).json());
  expect(answer.compared.against.name).toBe(names[1]);
  expect(answer.compared.differences).toContainEqual({ what: 'Pipeline', before: hex('3'), after: hex('1') });
});

describe('--against', () => {
  it('tells what has changed', async () => {
    const { stdout } = await (await showing([failed, green])).run('report', names[0], '--against', names[1]);
    const told = stdout.slice(stdout.indexOf('Changed since')).trimEnd().split('\n');
    expect(told.map((line) => line.trim().split(/ {2,}/))).toEqual([
      [expect.stringMatching(/^Changed since pr-8-\S+ \(Succeeded, \S+ ago\)$/)],
      ['pull request', 'acme/web#8', '→ acme/web#7'],
      ['Pipeline', '333333333333', '→ 111111111111'],
      ['image of web', 'none', '→ cccccccccccc'],
      ['tool docker.io/alpine/git', 'dddddddddddd', '→ aaaaaaaaaaaa'],
      ['tool docker.io/library/node', 'none', '→ bbbbbbbbbbbb'],
      ['not known of both: commit of dist/'],
    ]);
  });

  it('green finds the newest that succeeded before: of the pull request, else of the apps', async () => {
    const own = withStatus(
      pullRequestRun(team, { number: 7, phase: 'Succeeded', apps: ['web'], tasks: failingTasks('web') }),
      {},
    );
    const older = (run: MadeRun, minutes: number, name = run.request.metadata.name): MadeRun => ({
      ...run,
      request: {
        ...run.request,
        metadata: {
          ...run.request.metadata,
          name,
          creationTimestamp: new Date(
            Date.parse(failed.request.metadata.creationTimestamp!) - minutes * 60_000,
          ).toISOString(),
        },
      },
    });
    const later = older(own, -5, 'later');
    const against = async (...runs: readonly MadeRun[]) =>
      JSON.parse(
        (await (await showing([failed, ...runs])).run('report', names[0], '--against', 'green', '--format', 'json'))
          .stdout || '{}',
      ).compared?.against.name;
    expect(await against(older(own, 60, 'own'), older(own, 90, 'before'), older(green, 5), later)).toBe('own');
    expect(await against(older(green, 5), later)).toBe(names[1]);
    const { status, stderr } = await (await showing([failed, later])).run('report', names[0], '--against', 'green');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('--against green: no run of shop-pr-test before'),
    });
  });
});

it('--wait tells how the run gets on, and ends with it', async () => {
  const running = withStatus(failed, { phase: 'Running', finishedAt: undefined, message: undefined });
  const { start, show } = await showing([running]);
  const waiting = start('report', names[0], '--wait');
  await waiting.until('build-web passed 1m27s', 'stderr');
  show([withStatus(failed, { phase: 'Succeeded' })]);
  expect(await waiting.ended()).toBe(0);
  expect(waiting.said.stdout).toContain('Succeeded after 3m46s');
});

describe('run --from', () => {
  const pipeline = { metadata: { name: 'shop-pr-test' }, spec: { tasks: [{ name: 'only' }] } };
  const before = withStatus(failed, {
    made: {
      pipeline: pipelineHash(pipeline),
      configuration: configurationHash(failed.request, configurationOf(team).teams.get(team.name)!),
    },
  });
  const cluster = (now: object | undefined): Partial<ApiDeps> => ({
    api: {
      patch: async <T>() => ({}) as T,
      get: async <T>() => now as T | undefined,
      list: async () => ({ items: [], resourceVersion: '1' }),
      follow: async function* () {},
    },
  });

  it('makes the run again where nothing has changed', async () => {
    const { run } = await showing([before], cluster(pipeline));
    const { status, stdout, stderr } = await run('run', '--from', names[0]);
    const again = /^runrequest\/(\S+) created\n$/.exec(stdout)?.[1];
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining(`report ${again} --wait --against ${names[0]}`),
    });
    expect(JSON.parse((await run('report', again!, '--format', 'json')).stdout).run).toMatchObject({
      apps: ['web'],
      revision: before.request.spec.revision,
      status: 'Queued',
    });
  });

  it('says what has changed and makes nothing, unless that is allowed', async () => {
    const { run } = await showing([before], cluster(undefined));
    expect(await run('run', '--from', names[0])).toEqual({
      status: 1,
      stdout: '',
      stderr: `${names[0]}: pipeline: its Pipeline is not there any more (expected the same as then, or --allow-changes: then it tests something else, too)\n`,
    });
    const { status, stdout, stderr } = await run('run', '--from', names[0], '--allow-changes');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^runrequest\/pr-7-\S+ created\n$/),
    });
    expect(stderr).toContain(`warning: ${names[0]}: its Pipeline is not there any more\n`);
  });
});
