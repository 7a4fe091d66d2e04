import type { ApiDeps } from '../../../orchestrator/src/http/api';
import { ApiError } from '../../../lib/kube/api';
import { callerWhoMay } from '../../orchestrator/support/api';
import { shop } from '../../orchestrator/support';
import { KeptReports } from '../../orchestrator/support/kept-reports';
import { keepRun } from '../../orchestrator/support/kept-run';
import { failingTasks, pullRequestRun } from '../../page/scene';
import type { MadeRun, TaskOutline } from '../../page/scene';
import { showingRuns } from './asked';

// a machine that is busy with other things is no failure
jest.setTimeout(60_000);

/** `logs RUN` against the API of an orchestrator. */

const team = shop();
const failed = pullRequestRun(team, { number: 7, phase: 'Failed', apps: ['web'], tasks: failingTasks('web') });
const { name } = failed.request.metadata;

const running = (...tasks: readonly TaskOutline[]): MadeRun =>
  pullRequestRun(team, { number: 9, phase: 'Running', apps: ['web'], tasks });
const BUILD = { name: 'build-web', from: 0, steps: ['clone', 'compile'] } as const;
const goes = running({ ...BUILD, state: 'running' });
const gone = running({ ...BUILD, state: 'passed', to: 60 });
const going = goes.request.metadata.name;

const showing = showingRuns(team);

it('prints the step that failed, and what a program wrote does nothing to a terminal', async () => {
  const { run, write } = await showing([failed]);
  write(
    'test-web-postman',
    'test',
    '\u001b[31mred\u001b[0m\ttab\n\u001b]0;title\u0007\u001b[2J\u009b3Jplain\nat 1%\rat 100%\r\nno \u202eend',
  );
  expect(await run('logs', name)).toEqual({
    status: 0,
    stdout: 'red\ttab\nplain\nat 100%\nno \\u202eend\n',
    stderr: '',
  });
});

it('prints all steps of a task, each below its name, which is no part of the log', async () => {
  const { run, write } = await showing([failed]);
  for (const step of ['clone', 'compile', 'image']) write('build-web', step, `${step} says this\n`);
  const { stdout, stderr } = await run('logs', name, '--task', 'build-web');
  expect(stdout).toBe('clone says this\ncompile says this\nimage says this\n');
  expect(stderr.trimEnd().split('\n')).toEqual(
    ['clone', 'compile', 'image'].map((step) => `==> build-web / ${step} <==`),
  );
  expect((await run('logs', name, '--task', 'build-web', '--step', 'compile')).stdout).toBe('compile says this\n');
});

it('prints what a task that runs has written by now', async () => {
  const asked: unknown[] = [];
  const { run } = await showing([goes], {
    api: apiOf(goes, async function* (options) {
      asked.push(options);
      yield 'so far';
    }),
  });
  expect((await run('logs', going)).stdout).toBe('so far\n');
  expect(asked).toEqual([expect.objectContaining({ container: 'step-compile', soFar: true })]);
});

it.each<[readonly string[], string]>([
  [['pr-7'], `there is no run 'pr-7' that you may see; did you mean ${name}?`],
  [[`${name}x`], `did you mean ${name}?`],
  [['nothing-like-it'], 'npx tekton-dag runs lists them'],
  [[name, '--task', 'build-wed'], "has no task 'build-wed'"],
  [[name, '--task', 'build-web', '--step', 'compil'], "did you mean 'compile'?"],
  [[name, '--step', 'compile'], '--step is of a task'],
])('%j names what is not there, so it exits with 2', async (args, said) => {
  const { status, stdout, stderr } = await (await showing([failed])).run('logs', ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(said);
});

it('leaves the choice where nothing failed and nothing runs', async () => {
  const { status, stderr } = await (await showing([gone])).run('logs', going);
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('--task (there are: build-web)') });
});

it.each<[string, MadeRun, Partial<ApiDeps>, string]>([
  ['its pod is gone', failed, {}, 'the log is gone with its pod'],
  [
    'its run is gone',
    { ...failed, run: { ...failed.run, metadata: { ...failed.run.metadata, uid: 'another' } } },
    {},
    'npx tekton-dag report pr-7-',
  ],
  [
    'the caller may not read logs',
    failed,
    { authenticate: callerWhoMay('list') },
    'you may not get pods/log in namespace team-payments (expected a right',
  ],
])('exits with 1 and says so where %s', async (_, shown, over, said) => {
  const { status, stdout, stderr } = await (await showing([shown], over)).run('logs', name);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(said);
});

describe('of a run that the cluster has no more', () => {
  const { run } = failed;
  const pruned = { ...failed, run: { ...run, metadata: { ...run.metadata, uid: 'another' } }, taskRuns: [] };
  const keeping = async (texts: Readonly<Record<string, string>>) => {
    const reports = new KeptReports();
    keepRun(reports, failed, texts);
    return showing([pruned], { reports });
  };

  it.each([[[]], [['--follow']]])(
    'prints what was kept of the step that failed, and says that it is that: %j',
    async (more) => {
      const cli = await keeping({ 'test-web-postman/test': '\u001b[2J\u001b[31mno\u001b[0m \u0000\u202eend\n' });
      expect(await cli.run('logs', name, ...more)).toEqual({
        status: 0,
        stdout: 'no \\u0000\\u202eend\n',
        stderr: 'kept from the run; its pod is gone\n',
      });
    },
  );

  it('prints the steps of a task, and says what is left out', async () => {
    const cli = await keeping({ 'build-web/clone': 'cloned\n' });
    const { stdout, stderr } = await cli.run('logs', name, '--task', 'build-web', '--step', 'clone');
    expect({ stdout, stderr }).toEqual({ stdout: 'cloned\n', stderr: 'kept from the run; its pod is gone\n' });
    const other = await cli.run('logs', name, '--task', 'build-web', '--step', 'compile');
    expect(other).toEqual({
      status: 0,
      stdout: '',
      stderr: 'kept from the run; its pod is gone. Left out: what could not be read: it is gone\n',
    });
  });
});

/** A cluster of one run, whose state and logs a test decides. */
function apiOf(
  made: MadeRun,
  follow: (options: { readonly container: string; readonly soFar?: boolean }) => AsyncIterable<string>,
  state: () => MadeRun = () => made,
): ApiDeps['api'] {
  return {
    patch: async <T>() => ({}) as T,
    get: async <T>() => state().run as T,
    list: async <T>() => ({ items: state().taskRuns as readonly unknown[] as T[], resourceVersion: '1' }),
    follow: (_namespace, _pod, options) => follow(options),
  };
}

describe('--follow', () => {
  it('prints lines as they come, and ends when the step ends', async () => {
    let state = goes;
    let more = (): void => undefined;
    const { start } = await showing([goes], {
      api: apiOf(
        goes,
        async function* () {
          yield 'first\nsec';
          await new Promise<void>((resolve) => (more = resolve));
          yield 'ond\nthe end';
          state = gone;
        },
        () => state,
      ),
    });
    const following = start('logs', going, '--follow');
    await following.until('first\n');
    expect(following.said.stdout).toBe('first\n');
    more();
    expect(await following.ended()).toBe(0);
    expect(following.said.stdout).toBe('first\nsecond\nthe end\n');
  });

  it('goes on where it was when an answer ends before the step, and tells no line twice', async () => {
    let state = goes;
    const answers = ['one\ntwo\n', 'one\ntwo\nthree\n'];
    const { run } = await showing([goes], {
      api: apiOf(
        goes,
        async function* () {
          yield answers.shift()!;
          if (answers.length === 0) state = gone;
        },
        () => state,
      ),
    });
    expect((await run('logs', going, '--follow')).stdout).toBe('one\ntwo\nthree\n');
  });

  it('waits for a task that has not begun, and for a container that is not there yet', async () => {
    const waits = running({ name: 'build-web', state: 'waiting' });
    const begins = running({ name: 'build-web', from: 0, state: 'running' });
    const ends = running({ name: 'build-web', from: 0, to: 60, state: 'passed' });
    let [state, tries] = [waits, 0];
    const { run } = await showing([waits], {
      api: apiOf(
        waits,
        async function* () {
          tries += 1;
          if (tries === 1) throw new ApiError('container "step-clone" is waiting to start', 400, 'BadRequest');
          yield 'here\n';
          state = ends;
        },
        () => {
          const now = state;
          if (state === waits) state = begins;
          return now;
        },
      ),
    });
    const { status, stdout } = await run('logs', going, '--task', 'build-web', '--follow');
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'here\n' });
  });

  it('ends where the task never begins', async () => {
    const skipped = running({ name: 'build-web', state: 'skipped' });
    const { status, stderr } = await (await showing([skipped])).run('logs', going, '--task', 'build-web', '--follow');
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('skipped') });
  });
});
