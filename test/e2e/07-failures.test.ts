import type { Edits } from './support/git';
import { show } from './support/git';
import { kubectl, list, setTaskEnv, sweepNow } from './support/kubectl';
import { LOCKED_HOST, openLockedServer } from './support/locked-server';
import type { PullRequest } from './support/pull-request';
import { failure, pullRequest, state } from './support/pull-request';
import { RegistryProxy } from './support/registry-proxy';
import type { Outcome, Run, TaskRun } from './support/run';
import {
  cancel,
  fails,
  finished,
  log,
  outcome,
  result,
  said,
  start,
  succeededRun,
  succeeds,
  task,
} from './support/run';
import { has, suite } from './support/suite';
import type { TestTeam } from './support/team';
import { APPS, APP_RESOURCES, TEAM, imageRegistry, publishApp, trio, writeTeam } from './support/team';
import { bringUp } from './support/team-up';
import { hops, openClient } from './support/traffic';
import { until } from './support/until';

/** Story 7: whatever goes wrong, the run ends as it should, its TaskRun says why, and the environment serves stable. */

const FAULTS: TestTeam = { name: 'faults', namespace: 'team-faults', environment: 'faults-staging' };
const HERE = { team: FAULTS, stack: FAULTS.name };
const STABLE = 'originator=stable forwarder=stable terminal=stable';
const COLLECTION = 'postman.json';
const registry = new RegistryProxy('e2e-faults-registry');
const withNewman = has('newman') ? it : it.skip;

/** The three apps of the main story, of which the forwarder has a test of its own; the images are those of the main team, if it has any. */
function stack(): object {
  const { apps } = trio() as { apps: { name: string; tests?: object }[] };
  const tests = has('newman') ? { postman: COLLECTION } : {};
  return {
    ...trio(),
    apps: apps.map((app) => (app.name === 'forwarder' ? { ...app, tests: { ...app.tests, ...tests } } : app)),
  };
}

const collection = (expected: string): string =>
  JSON.stringify({
    info: { name: 'forwarder', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    item: [
      {
        name: 'version',
        request: { method: 'GET', url: '{{baseUrl}}/' },
        event: [
          {
            listen: 'test',
            script: {
              exec: [`pm.test('says its version', () => pm.expect(pm.response.json().version).to.eql('${expected}'));`],
            },
          },
        ],
      },
    ],
  });

/** A pull request to the forwarder; its tests are in the branch, and pass unless `edits` say otherwise. */
const change = (number: number, edits: Edits = {}): Promise<PullRequest> =>
  pullRequest('forwarder', number, { [COLLECTION]: collection('stable'), ...edits });
const failuresOf = ({ run }: Outcome): string | undefined =>
  run.status?.results?.find(({ name }) => name === 'failures')?.value;

/** The TaskRun of a run once a step of it has ended. */
const stepEnded = (run: Run, pipelineTask: string, step: string): Promise<TaskRun> =>
  until(`${run.name} ends step ${step} of ${pipelineTask}`, 15 * 60, async () => {
    const found = (await outcome(run)).tasks.get(pipelineTask);
    return found?.status?.steps?.some(({ name, terminated }) => name === step && terminated !== undefined)
      ? found
      : undefined;
  });

/** What runs have opened and not closed. */
const opened = () => list('deployments,services', FAULTS.environment, 'tekton-dag.io/run-uid');

async function expectStable(): Promise<void> {
  expect(await hops(FAULTS.environment, 'http://originator/')).toBe(STABLE);
  expect(await opened()).toEqual([]);
}

beforeAll(async () => {
  await Promise.all(APPS.map((app) => publishApp(app)));
  await registry.open();
  const { id } = suite();
  writeTeam(
    FAULTS,
    { [HERE.stack]: stack() },
    { imageRegistry: imageRegistry(TEAM), pushRegistry: `${registry.host}/${id}/${TEAM.name}` },
  );
  await bringUp(FAULTS);
  await succeeds(['bootstrap'], HERE);
  await openClient(FAULTS.environment);
});
afterEach(expectStable);

describe('what a pull request brings', () => {
  it('fails its unit test', async () => {
    const { args } = await change(1, { 'server.test.js': "require('node:assert').strictEqual(1, 2);\n" });
    const ended = await fails(args, HERE);
    expect(state(ended)).toBe('False Failed');
    expect(failure(ended, 'build-forwarder')).toBe('the unit tests of forwarder failed');
    expect(failuresOf(ended)).toContain('build-forwarder: the unit tests of forwarder failed');
    expect([...ended.tasks.keys()].sort()).toEqual(['build-forwarder', 'close-previews', 'publish-outcome']);
  });

  it('fails in its Dockerfile', async () => {
    const { args } = await change(2, {
      Dockerfile: `${await show('forwarder', 'main', 'Dockerfile')}RUN echo half-way && exit 3\n`,
    });
    const ended = await fails(args, HERE);
    expect(failure(ended, 'build-forwarder')).toBe(
      'the image cannot be built from \'Dockerfile\': building at STEP "RUN echo half-way && exit 3": exit status 3',
    );
  });

  it('never gets ready', async () => {
    // nobody wants to wait for ten minutes here
    await setTaskEnv(FAULTS.namespace, 'preview-app', { ROLLOUT_SECONDS: '20' });
    const { args } = await change(3, {
      'server.js':
        "require('node:http').createServer((_, response) => { response.statusCode = 503; response.end(); }).listen(8080);\n",
      'server.test.js': '',
    });
    const ended = await fails(args, HERE);
    expect(failure(ended, 'preview-forwarder')).toMatch(
      /^the preview of forwarder does not get ready: it runs, but its readiness probe fails \(Readiness probe failed: HTTP probe failed with statuscode: 503\)/,
    );
    await setTaskEnv(FAULTS.namespace, 'preview-app', { ROLLOUT_SECONDS: '600' });
  });

  withNewman('fails its postman test', async () => {
    const { args } = await change(4, { [COLLECTION]: collection('another') });
    const ended = await fails(args, HERE);
    const test = task(ended, 'test-forwarder-postman');
    expect(result(test, 'OUTCOME')).toBe('failed');
    expect(said(test)).toMatch(/^the postman tests of forwarder failed; the report is in pvc:\/\//);
    expect(failure(ended, 'verdict')).toMatch(
      /^1 of the tests failed\. test-forwarder-postman: the postman tests of forwarder failed; /,
    );
  });
});

describe('what happens to a run', () => {
  it('is cancelled half-way', async () => {
    const { args, session } = await change(5, { 'version.txt': 'change-5\n', 'server.test.js': '' });
    const run = await start(args, HERE);
    await until('the preview is opened', 15 * 60, async () =>
      (await list('services', FAULTS.environment, `tekton-dag.io/session=${session}`)).length > 0 ? true : undefined,
    );
    await cancel(run);
    const ended = await finished(run);
    expect(state(ended)).toBe('False Cancelled');
    expect(state(ended, 'close-previews')).toBe('True Succeeded');
    expect(failuresOf(ended)).toMatch(/: TaskRun "\S+" was cancelled/);
  });

  it('loses a pod', async () => {
    const { args } = await change(6, {
      'version.txt': 'change-6\n',
      'server.test.js': 'setTimeout(() => undefined, 60_000);\n',
      [COLLECTION]: collection('change-6'),
    });
    const run = await start(args, HERE);
    const build = await stepEnded(run, 'build-forwarder', 'compile');
    // between two steps nothing of ours runs that could say why
    await until('the app is tested', 120, async () =>
      (await log(build, 'unit-test')).includes('+ ') ? true : undefined,
    );
    await kubectl(['delete', 'pod', build.status!.podName!, '--namespace', run.namespace, '--wait=false']);
    const ended = await finished(run);
    if (ended.condition.status === 'True') {
      console.log(`${run.name}: Tekton took the pod for one that was never there, and made it again`);
    } else {
      expect(state(ended)).toBe('False Failed');
      expect(failure(ended, 'build-forwarder')).toMatch(
        /^its pod was stopped before it was done: it was deleted, or its node was drained/,
      );
      expect(failuresOf(ended)).toContain('build-forwarder: its pod was stopped');
    }
    // made again, it may go on after what ends a run has run: what it opens then is for the sweeper
    await sweepNow(FAULTS.namespace);
    await until('nothing is left of the run', 180, async () => ((await opened()).length === 0 ? true : undefined));
  });

  it('has no registry for a while', async () => {
    const { args } = await change(7, {
      'version.txt': 'change-7\n',
      'server.test.js': '',
      [COLLECTION]: collection('change-7'),
    });
    await registry.gone();
    const run = await start(args, HERE);
    const build = await stepEnded(run, 'build-forwarder', 'clone');
    await until('it has tried more than twice', 120, async () =>
      (await log(build, 'look-for-image')).includes('retrying in 8 s') ? true : undefined,
    );
    await registry.back();
    await succeededRun(await finished(run));
  });
});

describe('a Secret that is missing', () => {
  const LOCKED: TestTeam = { name: 'locked', namespace: 'team-locked', environment: 'locked-staging' };
  /** Its runs hold all that they need of the team, so that a setting is changed by writing it. */
  const write = (settings: object): void =>
    writeTeam(
      LOCKED,
      {
        locked: {
          apps: [
            { name: 'terminal', repo: 'e2e/terminal', 'propagation-role': 'originator', resources: APP_RESOURCES },
          ],
        },
      },
      settings,
    );
  const bootstrap = (): Promise<Outcome> => fails(['bootstrap'], { team: LOCKED, stack: LOCKED.name });

  beforeAll(async () => {
    await openLockedServer();
    write({});
    await bringUp(LOCKED);
  });

  it('of git is named', async () => {
    write({ git: { baseURL: `http://${LOCKED_HOST}` } });
    expect(failure(await bootstrap(), 'build-terminal')).toMatch(
      new RegExp(
        `^cannot read http://${LOCKED_HOST}/e2e/terminal.git: .+: does the repository exist, and does Secret git-read-ssh-key or git-read-token hold a credential for it\\?$`,
      ),
    );
  });

  it('of the registry is named', async () => {
    write({ pushRegistry: `${LOCKED_HOST}/locked` });
    // where builds leave images is in the Task, which is as it was applied
    expect(failure(await bootstrap(), 'push-terminal')).toMatch(
      new RegExp(
        `^the image cannot be copied to docker://${LOCKED_HOST}/locked/terminal:tree-[0-9a-f]{40}: .+: is the registry up, and may Secret registry-push-release push there\\?$`,
      ),
    );
  });
});
