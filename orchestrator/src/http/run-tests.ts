import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Case, SummaryKind } from '../../../lib/runs/report/summary';
import { SUMMARY_KINDS, TEXT_MAX } from '../../../lib/runs/report/summary';
import { buildTask, testTask } from '../../../lib/words/names';
import type { CaseInRun, CaseName } from '../history/case-history';
import { storyOf } from '../history/case-story';
import type { RecordedTests, TestsOfKind } from '../history/recorded-tests';
import { HistoryUnavailable } from '../history/run-history';
import { caseKind } from '../history/stored-kind';
import type { KeptSummary, SummaryPlace } from '../test-reports/read-summaries';
import { summariesOf, summaryOf } from '../test-reports/read-summaries';
import { isFolderName, runFolder } from '../test-reports/run-folder';
import { checkAsked } from './check-asked';
import { HttpProblem } from './problem';
import { checkMayRead, readableRun } from './readable-run';
import type { ReportsDeps } from './reports';
import { readReports, storeOf } from './reports';
import type { TestsOfAll } from './test-combinations';
import { byKind } from './test-combinations';
import type { ByName } from './visible';
import { configurationOf } from './visible';

/** What the tests of a run said, and what became of their cases: of the database if it has that, else of the reports themselves. */

export interface RunTestsDeps extends ReportsDeps {
  /** Undefined: no database remembers them. */
  readonly tests?: RecordedTests;
}

interface OfKind extends ByName {
  Params: { name: string; app: string; kind: string };
}

const text = z.string().max(TEXT_MAX.name);
/** A case has the names that it had in its report, which may be empty. */
export const caseQuery = z.object({
  team: text,
  stack: text,
  app: text,
  kind: z.enum(SUMMARY_KINDS),
  /** Of tests that ran in several ways; which shard does not matter. */
  combination: text.optional(),
  class: text.default(''),
  name: text,
});
export const combinationQuery = z.object({ combination: text.optional() });

const notFound = ({ app, kind, combination }: { app: string; kind: string; combination?: string }): string =>
  combination === undefined
    ? `no ${kind} tests of ${app} left a summary here; of tests that ran in several ways, ?combination= names one`
    : `no ${kind} tests of ${app} left a summary of ${combination} here`;

/** In all kinds of tests together; the answer about one kind has all. */
const FAILED_MAX = 200;

export function runTestsRoutes(app: FastifyInstance, deps: RunTestsDeps): void {
  app.get<ByName>('/api/runs/:name/tests', async (request) => {
    const { found } = await readableRun(deps, request);
    const { name, namespace = '' } = found.metadata;
    const recorded = await ofHistory(deps.tests?.ofRun(found.metadata.uid ?? ''));
    const all = byKind(recorded ?? (await readReports(keptTests(deps, found))));
    let room = FAILED_MAX;
    const tests = all.map((one) => {
      const failed = one.failed.slice(0, room);
      room -= failed.length;
      return { ...one, failed };
    });
    const stories = recorded === undefined ? new Map() : await storiesOf(deps, found, tests);
    return {
      name,
      namespace,
      isRead: recorded !== undefined || deps.reports !== undefined,
      tests: tests.map(({ failed, ...one }) => ({
        ...one,
        task: taskOf(one),
        failed: failed.map((failure) => ({ ...failure, story: stories.get(failure) })),
      })),
    };
  });

  app.get<OfKind>('/api/runs/:name/tests/:app/:kind', async (request) => {
    const { found } = await readableRun(deps, request);
    const { name, namespace = '' } = found.metadata;
    const { app: ofApp, kind } = request.params;
    const { combination } = checkAsked(combinationQuery, request.query);
    const isName = isFolderName(ofApp) && (combination === undefined || isFolderName(combination));
    const place = { app: ofApp, kind, ...(combination !== undefined && { combination }) };
    const tests = isKind(kind) && isName ? await testsOfKind(deps, found, { ...place, kind }) : undefined;
    if (tests === undefined) throw new HttpProblem('not_found', notFound(place));
    const { cases, coverage, notes, tests: counts } = tests;
    return { name, namespace, ...place, task: taskOf(tests), tests: counts, cases, coverage, notes };
  });

  app.get('/api/cases', async (request) => {
    const caller = await deps.authenticate(request);
    const { team, ...asked } = checkAsked(caseQuery, request.query);
    const { combination, ...rest } = asked;
    const named = { ...rest, kind: caseKind(asked) };
    const namespace = configurationOf(deps).teams.get(team)?.namespace;
    if (namespace === undefined || !(await caller.may('list', namespace)))
      throw new HttpProblem('not_found', 'there is no such team that you may see');
    await checkMayRead(caller, namespace);
    if (deps.tests === undefined)
      throw new HttpProblem('not_found', 'no database remembers test cases: docs/history.md says how one does');
    const runs = await deps.tests.ofCase({ namespace, ...named }).catch((error: unknown) => {
      throw error instanceof HistoryUnavailable ? new HttpProblem('history_unavailable') : error;
    });
    return {
      team,
      namespace,
      ...rest,
      ...(combination !== undefined && { combination }),
      story: shownStory(runs),
      runs: runs.map(shownCase),
    };
  });
}

/** Without the database what the cluster and the reports say is told. */
const ofHistory = async <T>(asked: Promise<T | undefined> | undefined): Promise<T | undefined> =>
  asked?.catch((error: unknown) => {
    if (error instanceof HistoryUnavailable) return undefined;
    throw error;
  });

async function keptTests(deps: RunTestsDeps, request: RunRequest): Promise<readonly TestsOfKind[]> {
  const { reports } = deps;
  const folder = runFolder(request);
  const found: TestsOfKind[] = [];
  if (reports === undefined || folder === undefined) return found;
  for await (const summary of summariesOf(reports, folder)) found.push(briefOf(summary));
  return found;
}

const isKind = (kind: string): kind is SummaryKind => SUMMARY_KINDS.some((one) => one === kind);

async function testsOfKind(deps: RunTestsDeps, request: RunRequest, place: SummaryPlace) {
  const { app, kind, combination } = place;
  const recorded = await ofHistory(deps.tests?.ofKind(request.metadata.uid ?? '', app, kind, combination));
  return recorded ?? (await readReports(keptKind(deps, request, place)));
}

async function keptKind(deps: RunTestsDeps, request: RunRequest, place: SummaryPlace) {
  const store = storeOf(deps);
  const folder = runFolder(request);
  return folder === undefined ? undefined : summaryOf(store, folder, place);
}

const isFailed = ({ state }: Case): boolean => state === 'failed' || state === 'error';

const briefOf = ({ app, kind, combination, tests, cases, coverage, notes }: KeptSummary): TestsOfKind => ({
  app,
  kind,
  ...(combination !== undefined && { combination }),
  ...(tests && { tests }),
  failed: cases.filter(isFailed),
  ...(coverage && { coverage: { covered: coverage.covered, total: coverage.total } }),
  notes,
});

/** The task of the run that has these tests in it: of several ways, the first. */
const taskOf = ({ app, kind, ...ways }: { readonly app: string; readonly kind: string }): string =>
  kind === 'unit' && !('combination' in ways) && !('combinations' in ways)
    ? buildTask(app)
    : testTask(app, kind as SummaryKind);

/** Of each case that failed what became of it before. Without the database none is told. */
async function storiesOf(
  { tests }: RunTestsDeps,
  { metadata, spec }: RunRequest,
  kinds: readonly TestsOfAll[],
): Promise<ReadonlyMap<Case, ReturnType<typeof shownStory>>> {
  const { namespace = '', uid = '' } = metadata;
  const failed = kinds.flatMap(({ app, kind, failed: cases }) =>
    cases.map((one) => {
      const { class: group, name: title, combination } = one;
      const of = { namespace, stack: spec.stack, app };
      const name: CaseName = { ...of, kind: caseKind({ kind, combination }), class: group, name: title };
      return { one, name };
    }),
  );
  if (failed.length === 0) return new Map();
  const names = failed.map(({ name }) => name);
  const before = await ofHistory(tests?.before(uid, names));
  return new Map(failed.map(({ one }, index) => [one, shownStory(before?.[index] ?? [])]));
}

function shownStory(rows: readonly CaseInRun[]) {
  const story = storyOf(rows);
  return story && { ...story, ...(story.since && { since: shownPlace(story.since) }) };
}

const shownPlace = ({ run, created, commit }: Pick<CaseInRun, 'run' | 'created' | 'commit'>) => ({
  run,
  created: created.toISOString(),
  ...(commit !== null && { commit }),
});

const shownCase = ({ pullRequest, state, flaky, seconds, message, ...place }: CaseInRun) => ({
  ...shownPlace(place),
  ...(pullRequest !== null && { pullRequest: Number(pullRequest) }),
  state,
  ...(flaky && { flaky }),
  ...(seconds !== null && { seconds }),
  ...(message !== null && { message }),
});
