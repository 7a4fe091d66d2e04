import { LABELS } from '../../lib/words/labels';
import { DEFAULTS } from '../../lib/fleet/stack';
import { hookTask, previewTask, stableService } from '../../lib/words/names';
import { HELD, hold } from './support/hold';
import { kubectl, list, sweepNow } from './support/kubectl';
import { mainTeam } from './support/main-team';
import type { Deployment } from './support/previews';
import { chain, left, opened, swept } from './support/previews';
import { pullRequest } from './support/pull-request';
import type { PullRequest } from './support/pull-request';
import { figure } from './support/record';
import type { Outcome } from './support/run';
import { finished, reaches, result, start, succeededRun, task } from './support/run';
import { chosen } from './support/suite';
import { APPS, TEAM, TRIO, imageRegistry } from './support/team';
import type { Sample } from './support/traffic';
import { capacity, hops, latency, load, openClient } from './support/traffic';

/** Story 4: a pull request is built, previewed and tested while everyone else keeps getting the stable version. */

const FRONT_END = 'http://originator/';
const { stack = TRIO, app: wanted = 'forwarder' } = chosen();
const app = APPS.find((name) => name === wanted)!;
const VERSION = 'pr-41';

/** Fewer answers would show nothing. */
const ENOUGH = 20;

beforeAll(async () => {
  await mainTeam();
  await openClient(TEAM.environment);
});

it('is of an app that the suite has', () => expect(APPS).toContain(wanted));

describe(`a pull request to ${app}, under load`, () => {
  let change: PullRequest;
  let preview: Deployment;
  let run: Outcome;
  let samples: readonly Sample[];
  /** When, in milliseconds; Kubernetes tells whole seconds, so each is the one that is safe. */
  const when = { opening: 0, open: 0, closing: 0, closed: 0 };
  /** Distinct answers to a kind of request, of those that lay between two moments. */
  const answers = (target: string, from = 0, to = Infinity): readonly string[] => {
    const some = samples.filter((sample) => sample.target === target && sample.start >= from && sample.end <= to);
    expect(some.length).toBeGreaterThanOrEqual(ENOUGH);
    return [...new Set(some.map(({ answer }) => answer))].sort();
  };
  const times = (pipelineTask: string) => {
    const { startTime = '', completionTime = '' } = task(run, pipelineTask).status ?? {};
    return { from: Date.parse(startTime), to: Date.parse(completionTime) + 1000 };
  };

  beforeAll(async () => {
    change = await pullRequest(app, 41, { 'version.txt': `${VERSION}\n` });
    const traffic = load(TEAM.environment, [
      { name: 'untagged', url: FRONT_END, headers: {} },
      { name: 'header', url: FRONT_END, headers: { [DEFAULTS.headerName]: change.session } },
      {
        name: 'baggage',
        url: FRONT_END,
        headers: { baggage: `of=another,${DEFAULTS.baggageKey}=${change.session};a=property` },
      },
    ]);
    try {
      const started = await start(change.args, { stack });
      const ending = finished(started);
      await Promise.race([
        reaches(started, previewTask(app)).then(async () => (preview = await opened(app, change.session))),
        ending,
      ]);
      run = await succeededRun(await ending);
      [when.opening, when.open] = [times(previewTask(app)).from, times(previewTask(app)).to];
      [when.closing, when.closed] = [times('close-previews').from, times('close-previews').to];
      // requests that come later are part of what is looked at
      await traffic.answers(ENOUGH, when.closed);
    } finally {
      samples = await traffic.stop();
    }
  });

  it('runs the image of its commit', () => {
    const pushed = task(run, `push-${app}`);
    expect(result(pushed, 'COMMIT')).toBe(change.revision);
    expect(preview.spec.template.spec.containers[0]?.image).toBe(
      `${imageRegistry(TEAM)}/pr/${app}@${result(pushed, 'IMAGE_DIGEST')}`,
    );
  });

  it('changes nothing for requests without its session', () => {
    expect(answers('untagged')).toEqual([chain()]);
  });

  it.each(['header', 'baggage'])('gets the requests that bear its session by %s, once it is open', (kind) => {
    expect(answers(kind, when.open, when.closing)).toEqual([chain({ [app]: VERSION })]);
  });

  it.each(['header', 'baggage'])('fails none of those by %s while it opens and closes, or later', (kind) => {
    expect(answers(kind, 0, when.opening)).toEqual([chain()]);
    expect(answers(kind).filter((answer) => answer !== chain() && answer !== chain({ [app]: VERSION }))).toEqual([]);
    expect(answers(kind, when.closed)).toEqual([chain()]);
  });

  it('leaves nothing behind', async () => {
    expect(await left(change.session)).toEqual([]);
  });
});

describe('a pull request whose run is deleted', () => {
  it('leaves no preview', async () => {
    const { args, session } = await pullRequest('forwarder', 42, { 'version.txt': 'pr-42\n' });
    hold(session);
    const run = await start(args, { stack: HELD });
    await reaches(run, hookTask('pre-test', 0));
    expect(await hops(TEAM.environment, FRONT_END, { [DEFAULTS.headerName]: session })).toBe(
      chain({ forwarder: 'pr-42' }),
    );
    await kubectl(['delete', 'pipelinerun', run.name, '--namespace', run.namespace, '--wait']);
    // the team has no orchestrator, and its CronJob would look only once an hour
    await sweepNow(run.namespace);
    await swept(session, '4m');
    expect(await hops(TEAM.environment, FRONT_END, { [DEFAULTS.headerName]: session })).toBe(chain());
    const pods = await list('pods', TEAM.environment, `${LABELS.session}=${session}`);
    await Promise.all(
      pods.map(({ metadata }) =>
        kubectl(['wait', `pod/${metadata.name}`, '--namespace', TEAM.environment, '--for=delete', '--timeout=60s']),
      ),
    );
  });
});

describe('the router', () => {
  const median = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

  it('answers one request after another', async () => {
    const took = { direct: [] as number[], routed: [] as number[] };
    // by turns, so that whatever else the machine does disturbs both
    for (let turn = 0; turn < 5; turn++) {
      took.direct.push(...(await latency(TEAM.environment, `http://${stableService('originator')}/healthz`, 200)));
      took.routed.push(...(await latency(TEAM.environment, 'http://originator/healthz', 200)));
    }
    expect([took.direct.length, took.routed.length]).toEqual([1000, 1000]);
    figure(
      'median of a request',
      `${median(took.direct).toFixed(2)} ms directly, ${median(took.routed).toFixed(2)} ms by the router`,
    );
  });

  it('answers 32 clients at once without a failure', async () => {
    const { perSecond, failed } = await capacity(TEAM.environment, 'http://originator/healthz', 32, 5);
    figure('capacity by the router, two replicas and one pod of the app', `${Math.round(perSecond)} requests/s`);
    expect(failed).toBe(0);
    expect(perSecond).toBeGreaterThan(0);
  });
});
