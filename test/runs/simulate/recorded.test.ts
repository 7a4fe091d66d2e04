import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulate } from '../../../lib/runs/simulate/simulate';
import type { PastTimes } from '../../../lib/runs/simulate/times';
import { estimateOf, mediansOf } from '../../../lib/runs/simulate/times';
import type { PipelineSpec } from '../../../lib/tekton/spec/wire';

/**
 * Runs of `npm run test:e2e` on a cluster of one node with two cores, at a load of 12 to 17: of each task the seconds that
 * its pod took beside its steps, and those of its steps; of each Pipeline what says what waits for what.
 */
interface Recorded {
  readonly run: string;
  readonly seconds: number;
  readonly took: Readonly<Record<string, readonly [pod: number, steps: number]>>;
  readonly spec: PipelineSpec;
}

const runs = JSON.parse(readFileSync(join(__dirname, '../../fixtures/recorded-runs.json'), 'utf8')) as Recorded[];
const named = (name: string): Recorded => runs.find(({ run }) => run === name)!;

const timesOf = (...of: readonly Recorded[]): PastTimes =>
  mediansOf(of.flatMap(({ took }) => Object.entries(took).map(([task, [pod, steps]]) => ({ task, pod, steps }))));

/** By how much of the real time a simulation is off. */
function error({ spec, seconds }: Recorded, past: PastTimes): number {
  const simulated = simulate(spec, [], {
    timeOf: (task) => estimateOf(task, { tasks: new Map() }, past),
    requestsOf: () => undefined,
  });
  return Math.abs(simulated.seconds / seconds - 1);
}

const GOAL = 0.15;

it.each(runs.map((run) => [run.run, run] as const))('%s takes as long as its tasks say', (_, run) => {
  expect(error(run, timesOf(run))).toBeLessThan(0.07);
});

describe('a bootstrap of three apps that builds all', () => {
  // the machine was about as busy during both of a pair, and busier during the second pair
  const pairs = [
    ['bootstrap-56lqm', 'bootstrap-xmtxn'],
    ['bootstrap-nm447', 'bootstrap-4nnm8'],
  ].map(([a, b]) => [named(a!), named(b!)] as const);
  const twoAtOnce = pairs[0]!;
  const oneAtOnce = named('bootstrap-ks4fd');

  it('takes as long as another one', () => {
    for (const [a, b] of pairs) {
      expect(error(a, timesOf(b))).toBeLessThan(GOAL);
      expect(error(b, timesOf(a))).toBeLessThan(GOAL);
    }
  });

  it('takes with one build at once as long as times of runs with two say, and the other way round', () => {
    expect(oneAtOnce.seconds).toBeGreaterThan(1.4 * Math.max(...twoAtOnce.map(({ seconds }) => seconds)));
    expect(error(oneAtOnce, timesOf(...twoAtOnce))).toBeLessThan(GOAL);
    for (const run of twoAtOnce) expect(error(run, timesOf(oneAtOnce))).toBeLessThan(GOAL);
  });
});
