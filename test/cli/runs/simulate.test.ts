import type { Answer } from '../../../lib/cli/simulate/text';
import { shop } from '../../orchestrator/support';
import type { MadeRun, TaskOutline } from '../../page/scene';
import { pullRequestRun } from '../../page/scene';
import { Folder, teamFile } from '../folder';
import { showingRuns } from './asked';

// a machine that is busy with other things is no failure
jest.setTimeout(60_000);

/** `simulate STACK --history` against the API of an orchestrator. */

const team = shop();
const showing = showingRuns(team);
const folder = new Folder();
beforeAll(() => {
  folder.write('teams/payments/team.yaml', teamFile('payments').replace('stacks/payments.yaml', 'stacks/shop.yaml'));
  folder.write(
    'stacks/shop.yaml',
    `name: shop
defaults: { namespace: shop-staging }
apps:
  - { name: web, repo: acme/web, propagation-role: originator, build: { tool: npm }, downstream: [cart] }
  - { name: cart, repo: acme/cart, propagation-role: forwarder, build: { tool: npm }, downstream: [stock] }
  - { name: stock, repo: acme/stock, propagation-role: terminal, build: { tool: npm } }
`,
  );
});
afterAll(() => folder.remove());

/** Steps follow one another without a gap, so such a task takes no time beside them. */
const task = (name: string, from: number, to: number): TaskOutline => ({ name, state: 'passed', from, to });
const run = (number: number, phase: 'Succeeded' | 'Failed', tasks: readonly TaskOutline[]): MadeRun =>
  pullRequestRun(team, { number, phase, apps: ['web'], tasks });

/** A TaskRun of which the steps begin later, and Tekton notices the end later. */
const withPod = (made: MadeRun, name: string, before: number, after: number): MadeRun => ({
  ...made,
  taskRuns: made.taskRuns.map((taskRun) => {
    if (taskRun.metadata.labels?.['tekton.dev/pipelineTask'] !== name) return taskRun;
    const moved = (time: string | undefined, seconds: number): string =>
      new Date(Date.parse(time!) + seconds * 1000).toISOString();
    const { startTime, completionTime } = taskRun.status!;
    return {
      ...taskRun,
      status: { ...taskRun.status, startTime: moved(startTime, -before), completionTime: moved(completionTime, after) },
    };
  }),
});

const ARGS = ['simulate', 'shop', '--pipeline', 'pr-test', '--root', folder.path];

it('takes medians of the runs that succeeded, with the time of a pod beside its steps', async () => {
  const one = await showing([
    withPod(run(1, 'Succeeded', [task('build-web', 10, 40), task('push-web', 40, 45)]), 'build-web', 6, 2),
    withPod(run(2, 'Succeeded', [task('build-web', 10, 60)]), 'build-web', 10, 2),
    withPod(run(3, 'Succeeded', [task('build-web', 10, 30)]), 'build-web', 3, 1),
    run(4, 'Failed', [task('build-web', 0, 1000)]),
  ]);
  const { status, stdout, stderr } = await one.run(...ARGS, '--app', 'cart', '--history', '--format', 'json');
  expect({ status, errors: stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning')) }).toEqual({
    status: 0,
    errors: [],
  });
  const { historyRuns, variants } = JSON.parse(stdout) as Answer;
  expect(historyRuns).toBe(3);
  const of = (name: string) => variants[0]!.tasks.find((each) => each.name === name);
  // no run built cart, so it is as its kind
  expect(of('build-cart')).toMatchObject({ pod: 8, steps: 30, from: 'history' });
  expect(of('push-cart')).toMatchObject({ pod: 0, steps: 5, from: 'history' });
  expect(of('preview-cart')).toMatchObject({ from: 'default' });
});

it('asks for as many runs as are wanted, the newest', async () => {
  const one = await showing([
    run(1, 'Succeeded', [task('build-web', 0, 10)]),
    run(2, 'Succeeded', [task('build-web', 0, 30)]),
  ]);
  const told = await one.run(...ARGS, '--app', 'web', '--history', '1');
  expect(told.status).toBe(0);
  expect(told.stdout).toContain('history: medians of 1 run.');
});

it('says what is missing where there is nothing to take from', async () => {
  const failed = await showing([run(4, 'Failed', [task('build-web', 0, 10)])]);
  const none = await failed.run(...ARGS, '--app', 'web', '--history');
  expect(none).toMatchObject({ status: 2, stdout: '' });
  expect(none.stderr).toContain("no run of shop-pr-test of team 'payments' that you may see has succeeded");
  expect(none.stderr).toContain('--times');
  const empty = await showing([run(5, 'Succeeded', [{ name: 'build-web', state: 'skipped', to: 10 }])]);
  expect((await empty.run(...ARGS, '--app', 'web', '--history')).stderr).toContain('nobody has the tasks any more');
});
