import type { Answer } from '../../lib/cli/simulate/text';
import { Folder, teamFile } from './folder';

/** `simulate STACK`, without an orchestrator. */

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.fleet('shop', 'other');
  folder.write(
    'stacks/shop.yaml',
    `name: shop
defaults: { namespace: shop-staging }
apps:
  - { name: fe, repo: acme/fe, propagation-role: originator, build: { tool: npm }, downstream: [api, db] }
  - { name: api, repo: acme/api, propagation-role: terminal, build: { tool: pip } }
  - name: db
    repo: acme/db
    propagation-role: terminal
    build: { tool: npm }
    tests: { unit: npm test, matrix: { unit: { node-version: ['22', '24'] } }, max-parallel: 1 }
`,
  );
});
afterEach(() => folder.remove());

const TIMES = 'pod: 10\ntasks: { build: 50, build-api: 20, push: 5, deploy: 5, smoke: 0 }\n';

const text = async (...args: readonly string[]): Promise<string> => {
  const { status, stdout } = await folder.run('simulate', ...args);
  expect(status).toBe(0);
  return stdout;
};
const simulated = async (...args: readonly string[]): Promise<Answer> =>
  JSON.parse(await text(...args, '--format', 'json')) as Answer;
const bootstrap = (...args: readonly string[]) =>
  simulated('shop', '--pipeline', 'bootstrap', '--times', folder.write('times.yaml', TIMES), ...args);

it('says how long a run takes with each number of builds at once', async () => {
  const { variants, ...rest } = await bootstrap('--max-parallel-builds', '1,3');
  expect(rest).toEqual({ team: 'shop', stack: 'shop', pipeline: 'bootstrap', apps: [], maxConcurrentRuns: 3 });
  const [one, three] = variants;
  // builds of 60, 30 and 60 seconds one after another, then push, deploy and smoke of the last
  expect(one).toMatchObject({ maxParallelBuilds: 1, seconds: 60 + 30 + 60 + 15 + 15 + 10, pods: 10 });
  expect(three).toMatchObject({ maxParallelBuilds: 3, pods: 10 });
  expect(three!.seconds).toBeLessThan(one!.seconds);
  expect([one!.atOnce.builds, three!.atOnce.builds]).toEqual([1, 3]);
  expect(three!.atOnce.cpu).toBeGreaterThan(one!.atOnce.cpu);
  expect(one!.criticalPath.filter((task) => task.startsWith('build-'))).toHaveLength(3);
  expect(one!.criticalPath.at(-1)).toBe('smoke');
  expect(three!.criticalPath.filter((task) => task.startsWith('build-'))).toHaveLength(1);
});

it('takes the number of the team where none is said, and what a run of one app starts', async () => {
  const { variants } = await bootstrap('--app', 'api');
  expect(variants).toHaveLength(1);
  expect(variants[0]).toMatchObject({ maxParallelBuilds: 1, seconds: 30 + 15 + 15 + 10, pods: 4, podSeconds: 70 });
  expect(variants[0]!.tasks).toEqual([
    { name: 'build-api', start: 0, seconds: 30, pods: 1, pod: 10, steps: 20, from: 'file' },
    { name: 'push-api', start: 30, seconds: 15, pods: 1, pod: 10, steps: 5, from: 'file' },
    { name: 'deploy-api', start: 45, seconds: 15, pods: 1, pod: 10, steps: 5, from: 'file' },
    { name: 'smoke', start: 60, seconds: 10, pods: 1, pod: 10, steps: 0, from: 'file' },
  ]);
});

it('keeps the lanes of the whole where a team runs Pipelines by reference', async () => {
  folder.write('teams/shop/team.yaml', teamFile('shop', 'runs: reference\n'));
  const { variants } = await bootstrap('--app', 'api');
  expect(variants[0]).toMatchObject({ seconds: 70, pods: 4 });
});

it('counts the pods of each combination of a matrix, which waits for those before it', async () => {
  const { variants } = await simulated('shop', '--pipeline', 'pr-test', '--app', 'db');
  const tests = variants[0]!.tasks.filter(({ name }) => name.startsWith('test-db-unit'));
  expect(tests.map(({ pods }) => pods)).toEqual([1, 1]);
  expect(tests[1]!.start).toBe(tests[0]!.start + tests[0]!.seconds);
});

it('says how long several runs wait for a slot', async () => {
  const asked = (...more: readonly string[]) => simulated('shop', '--pipeline', 'pr-test', '--app', 'api', ...more);
  const { variants, runs } = await asked('--runs', '5', '--slots', '2,5');
  const { seconds, waits } = variants[0]!;
  expect(runs).toBe(5);
  expect(waits).toEqual([
    { slots: 2, longest: 2 * seconds, allDone: 3 * seconds },
    { slots: 5, longest: 0, allDone: seconds },
  ]);
  expect((await asked('--runs', '4')).variants[0]!.waits).toEqual([
    { slots: 3, longest: seconds, allDone: 2 * seconds },
  ]);
});

it('tells a person where each time is from, and what is not known', async () => {
  const one = await text(
    'shop',
    '--pipeline',
    'bootstrap',
    '--app',
    'api',
    '--times',
    folder.write('t.json', '{"tasks": {"build": 49}}'),
  );
  expect(one.split('\n').map((line) => line.trimEnd())).toEqual([
    'bootstrap of stack shop, team shop: api',
    '',
    expect.stringMatching(/^MAX PARALLEL BUILDS {2}DURATION {2}PODS {2}PODS AT ONCE/),
    expect.stringMatching(/^1 +1m28s +4 +1 +1 +0\.[0-9]+ +[0-9]+Mi$/),
    '',
    'Critical path: pods take 30s of it to start and to end',
    'AT     TOOK  TASK        TIME FROM',
    '0s     1m    build-api   file',
    '1m     12s   push-api    default',
    '1m12s  10s   deploy-api  default',
    '1m22s  6s    smoke       default',
    '',
    'The run has a slot all the time; the team has 3.',
    expect.stringMatching(/^3 of 4 task times are defaults measured on another machine .*--history or --times\.$/),
    '',
  ]);
  const several = await text(
    ...['shop', '--pipeline', 'pr-test', '--app', 'api', '--max-parallel-builds', '1,2', '--runs', '2'],
  );
  expect(several).toContain('Critical path with 1: ');
  expect(several).toContain('Critical path with 2: ');
  expect(several).toMatch(/^2 such runs asked for at once$/m);
});

it('simulates every pipeline', async () => {
  for (const pipeline of ['pr-test', 'merge-release'])
    expect((await simulated('shop', '--pipeline', pipeline, '--app', 'fe')).variants[0]!.seconds).toBeGreaterThan(0);
  expect((await simulated('shop', '--pipeline', 'verify')).variants[0]!.criticalPath).toEqual(['verify']);
});

describe('what is wrong', () => {
  const refusal = async (status: number, ...args: readonly string[]): Promise<string> => {
    const outcome = await folder.run('simulate', ...args);
    expect(outcome).toMatchObject({ status, stdout: '' });
    return outcome.stderr
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('warning'))
      .join('\n');
  };

  it('is told with its remedy', async () => {
    expect(await refusal(2, 'shpo', '--pipeline', 'verify')).toContain("did you mean 'shop'?");
    expect(await refusal(2, 'shop', '--pipeline', 'pr-test', '--app', 'ap')).toContain('--app: ');
    expect(await refusal(2, 'shop', '--pipeline', 'pr-test')).toContain(
      '--app: a pull request changes at least one app',
    );
    expect(await refusal(2, 'shop', '--pipeline', 'promote')).toContain('--to: ');
    expect(await refusal(2, 'shop', '--pipeline', 'verify', '--slots', '2')).toContain('--runs');
    expect(await refusal(2, 'shop', '--pipeline', 'bootstrap', '--runs', '2')).toContain(
      '--runs cannot be used with bootstrap: only one bootstrap of a stack runs at a time',
    );
    expect(await refusal(2, 'shop', '--pipeline', 'verify', '--history')).toContain('TEKTON_DAG_URL');
    // another stack of the same name
    folder.fleet('more');
    folder.write('stacks/more.yaml', folder.read('stacks/more.yaml').replace('name: more', 'name: shop'));
    expect(await refusal(2, 'shop', '--pipeline', 'verify')).toContain(
      'say which one with --team (there are: more, shop)',
    );
    expect((await simulated('shop', '--pipeline', 'verify', '--team', 'more')).team).toBe('more');
    expect((await simulated('stacks/shop.yaml', '--pipeline', 'verify')).team).toBe('shop');
  });

  it('is told of the file of times with its line', async () => {
    const file = folder.write('wrong.yaml', 'pods: 4\ntasks:\n  build: fast\n  push: -1\n');
    const told = (await refusal(1, 'shop', '--pipeline', 'verify', '--times', file)).split('\n');
    expect(told.map((line) => line.slice(file.length))).toEqual([
      expect.stringMatching(/^:1:1: pods: .*did you mean pod\?/),
      expect.stringMatching(/^:3:10: tasks\.build: .*seconds, such as 30 or 2\.5/),
      expect.stringMatching(/^:4:9: tasks\.push: /),
    ]);
    expect(await refusal(2, 'shop', '--pipeline', 'verify', '--times', 'nowhere.yaml')).toContain(
      '--times nowhere.yaml',
    );
    const unknown = folder.write('unknown.yaml', 'tasks: { buld: 4, push-fe: 3, deploy: 2 }\n');
    const { status, stderr } = await folder.run('simulate', 'shop', '--pipeline', 'verify', '--times', unknown);
    expect(status).toBe(0);
    const warnings = stderr.split('\n').filter((line) => line.includes(unknown));
    expect(warnings).toEqual([expect.stringContaining('did you mean build?')]);
    expect(warnings[0]).toContain('tasks.buld');
  });
});
