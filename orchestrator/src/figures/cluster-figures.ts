import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { isFinal } from '../../../lib/runs/ask/run-request';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import type { KnownRequests } from '../requests/known';
import type { Failures, Figures, FiguresQuery, FiguresSource, Part } from './figures';
import { durationsOf } from './figures';
import { timesOf } from './run-times';

/** Figures of the runs that the cluster holds. It knows neither test cases nor, for long, the pods of a run. */
export const clusterFigures =
  (known: Pick<KnownRequests, 'list'>): FiguresSource =>
  async (query) => {
    const { namespaces, stack } = query;
    const own = known
      .list()
      .filter((request) => isFinal(request) && !isCancelMarker(request))
      .filter(
        ({ metadata: { namespace = '' }, spec }) =>
          namespaces.includes(namespace) && spec.stack === (stack ?? spec.stack),
      )
      .map(endedOf);
    const ended = withRepairs(own).filter(({ finished }) => finished >= query.since && finished < query.until);
    return { parts: partsOf(ended, query), source: 'cluster', isComplete: true };
  };

/** A run that is over, in what figures are made of. Times are in milliseconds since the epoch, durations in seconds. */
interface Ended {
  readonly namespace: string;
  readonly stack: string;
  readonly pipeline: string;
  readonly phase: string;
  /** Of a release: the app. */
  readonly app?: string;
  readonly finished: number;
  readonly verdict?: number;
  readonly serving?: number;
  readonly repair?: number;
  readonly wait?: number;
}

const hasVerdict = ({ phase }: Pick<Ended, 'phase'>): boolean => phase === 'Succeeded' || phase === 'Failed';
const secondsBetween = (from: string | undefined, to: number): number | undefined =>
  from === undefined ? undefined : Math.max(0, (to - Date.parse(from)) / 1000);

function endedOf(request: RunRequest): Ended {
  const { metadata, spec, status } = request;
  const { happened, started, finished: end } = timesOf(request);
  const { pipeline, stack } = spec;
  const [phase, finished] = [status?.phase ?? '', Date.parse(end)];
  return {
    namespace: metadata.namespace ?? '',
    stack,
    pipeline,
    phase,
    app: spec.apps?.[0],
    finished,
    verdict: pipeline === 'pr-test' && hasVerdict({ phase }) ? secondsBetween(happened, finished) : undefined,
    serving: pipeline === 'merge-release' && phase === 'Succeeded' ? secondsBetween(happened, finished) : undefined,
    wait: started === undefined ? undefined : secondsBetween(metadata.creationTimestamp, Date.parse(started)),
  };
}

/** Each release that ended what failed ones before it had begun knows how long that was. */
function withRepairs(all: readonly Ended[]): readonly Ended[] {
  const brokenSince = new Map<string, number>();
  return [...all]
    .sort((a, b) => a.finished - b.finished)
    .map((run) => {
      if (run.pipeline !== 'merge-release' || !hasVerdict(run)) return run;
      const key = [run.namespace, run.stack, run.app].join(' ');
      const since = brokenSince.get(key);
      if (run.phase === 'Failed') brokenSince.set(key, since ?? run.finished);
      else brokenSince.delete(key);
      return run.phase === 'Succeeded' && since !== undefined ? { ...run, repair: (run.finished - since) / 1000 } : run;
    });
}

function partsOf(ended: readonly Ended[], { since, step }: FiguresQuery): readonly (Part & Figures)[] {
  const parts = new Map<string, { readonly part: Part; readonly runs: Ended[] }>([['{}', { part: {}, runs: [] }]]);
  for (const run of ended) {
    const { namespace, stack, finished } = run;
    const period = since + Math.floor((finished - since) / step) * step;
    for (const part of [{}, { namespace }, { namespace, stack }, { period }]) {
      const key = JSON.stringify(part);
      const there = parts.get(key) ?? { part, runs: [] };
      there.runs.push(run);
      parts.set(key, there);
    }
  }
  return [...parts.values()].map(({ part, runs }) => ({ ...part, ...figuresOf(runs) }));
}

const figuresOf = (runs: readonly Ended[]): Figures => ({
  runs: runs.length,
  tests: failuresOf(runs, 'pr-test'),
  releases: failuresOf(runs, 'merge-release'),
  verdict: durationsOf(runs.map(({ verdict }) => verdict)),
  serving: durationsOf(runs.map(({ serving }) => serving)),
  repair: durationsOf(runs.map(({ repair }) => repair)),
  wait: durationsOf(runs.map(({ wait }) => wait)),
});

function failuresOf(runs: readonly Ended[], pipeline: string): Failures {
  const own = runs.filter((run) => run.pipeline === pipeline && hasVerdict(run));
  return { count: own.length, failed: own.filter(({ phase }) => phase === 'Failed').length };
}
