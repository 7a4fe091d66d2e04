import fc from 'fast-check';
import { FINAL_PHASES } from '../../../../lib/runs/ask/run-request';
import type { Phase } from '../../../../lib/runs/ask/run-request';
import { PIPELINES } from '../../../../lib/words/names';
import type { RunQuery } from '../../../../orchestrator/src/history/run-query';
import type { Request } from '../../../../orchestrator/src/queue/objects';
import { SHA } from '../../support';
import { finished } from './runs';

/** Any runs that are over, and anything that may be asked of them, the same each time. */

const HOSTILE = [
  `'; drop table tekton_dag.runs; --`,
  `x' or '1'='1`,
  '$1',
  '%',
  '_',
  '{a,b}',
  '\\',
  'ä\u{1F600}',
  '-- ',
  '" or true --',
];
const word = fc.constantFrom('main', 'ann', ...HOSTILE);
const few = fc.constantFrom('api', 'web', `web'`);
const time = fc
  .integer({ min: 0, max: 4 })
  .map((seconds) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString());
const namespace = fc.constantFrom('team-x', 'team-y');

const aRun = (phases: readonly Phase[]) =>
  fc.record({
    namespace,
    created: time,
    phase: fc.constantFrom(...phases),
    pipeline: fc.constantFrom(...PIPELINES),
    apps: fc.uniqueArray(few, { maxLength: 2 }),
    revision: fc.oneof(fc.constantFrom(SHA.a, SHA.b, SHA.a.slice(0, 9)), word),
    number: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    headRef: fc.option(word, { nil: undefined }),
    sender: fc.option(word, { nil: undefined }),
  });

const FILTERS = {
  team: fc.constantFrom('x', 'x', 'y'),
  stack: fc.constantFrom('shop', 'shop', `shop'`),
  pipeline: fc.constantFrom(...PIPELINES),
  app: few,
  pullRequest: fc.integer({ min: 1, max: 3 }),
  branch: word,
  commit: fc.constantFrom('aaaaaaa', SHA.a, 'bbbbbbbb', 'ffffffff'),
  author: word,
  phase: fc.constantFrom(...FINAL_PHASES),
  since: time.map((text) => Date.parse(text)),
  after: fc.record({ created: time.map((text) => Date.parse(text)), uid: fc.constantFrom('uid-n1', 'uid-n9', `'`) }),
};
/** Of all filters together nothing would be left. */
export const anyQuery: fc.Arbitrary<RunQuery> = fc
  .subarray(Object.keys(FILTERS) as (keyof typeof FILTERS)[], { maxLength: 2 })
  .chain((names) =>
    fc.record({
      ...Object.fromEntries(names.map((name) => [name, FILTERS[name]])),
      namespaces: fc.uniqueArray(namespace, { minLength: 1 }),
      limit: fc.integer({ min: 1, max: 9 }),
    }),
  );

/** @param phases in which they may have ended */
export const anyRuns = (count: number, phases: readonly Phase[]): readonly Request[] =>
  fc.sample(aRun(phases), { numRuns: count, seed: 7 }).map((one, index): Request => {
    const { created, phase, number, headRef, sender, namespace: place, ...spec } = one;
    return finished(
      `n${index}`,
      {
        ...spec,
        ...(number !== undefined && { pullRequest: { number, repo: 'acme/web', headRef } }),
        ...(sender !== undefined && { source: { event: 'x', sender } }),
      },
      { created, phase },
      place,
    );
  });
