import type { Case, Lines, Summary, SummaryKind } from '../../../lib/runs/report/summary';
import type { KeptSummary } from '../test-reports/read-summaries';
import type { CaseInRun, CaseName } from './case-history';
import { caseHistories, caseHistory, caseIdentity } from './case-history';
import type { Database, Query } from './query';
import { readKind, storedKind } from './stored-kind';

/** What the tests of runs said, as the database has it. */
export interface RecordedTests {
  /** By app and kind. @returns undefined: the database does not have it, or not all of it @throws HistoryUnavailable */
  ofRun(uid: string): Promise<readonly TestsOfKind[] | undefined>;
  /** All cases and files of one kind of tests of one app. @returns undefined: as above @throws HistoryUnavailable */
  ofKind(uid: string, app: string, kind: string, combination?: string): Promise<RecordedKind | undefined>;
  /** What became of cases until a run, newest first, in the order of their names. @throws HistoryUnavailable */
  before(uid: string, names: readonly CaseName[]): Promise<readonly (readonly CaseInRun[])[]>;
  /** What became of a case, newest first. @throws HistoryUnavailable */
  ofCase(name: CaseName): Promise<readonly CaseInRun[]>;
}

/** What one kind of tests of one app said, without the cases that did not fail. */
export interface TestsOfKind extends Pick<Summary, 'tests' | 'notes'> {
  readonly app: string;
  readonly kind: string;
  /** Where its tests ran in several ways. */
  readonly combination?: string;
  readonly failed: readonly Case[];
  readonly coverage?: Lines;
}

/** All that is kept of it. */
export type RecordedKind = Pick<KeptSummary, 'app' | 'kind' | 'combination' | 'tests' | 'cases' | 'coverage' | 'notes'>;

/** Of a run that fails whole, more are not read at once. */
const FAILED_MAX = 500;
/** Of a case. */
const RUNS_MAX = { before: 20, ofCase: 100 } as const;

export const recordedTests = ({ query }: Pick<Database, 'query'>, cluster: string): RecordedTests => ({
  async ofRun(uid) {
    const run = await testedRun(query, cluster, uid);
    if (run === undefined) return undefined;
    const [tests, failed, coverage, notes] = await Promise.all([
      query<TestsRow>(`select app, kind, ${COUNTS} from tekton_dag.tests where run = $1`, [run]),
      query<CaseRow>(
        `select app, kind, ${CASE} from tekton_dag.cases
        where run = $1 and state in ('failed', 'error') order by app, kind, place limit ${FAILED_MAX}`,
        [run],
      ),
      query<LinesRow>(`select app, kind, ${LINES} from tekton_dag.coverage where run = $1 and path = ''`, [run]),
      query<NoteRow>('select app, kind, file, text from tekton_dag.notes where run = $1 order by place', [run]),
    ]);
    const of = <T extends OfKind>(rows: readonly T[], { app, kind }: OfKind) =>
      rows.filter((row) => row.app === app && row.kind === kind);
    return kindsOf(tests, failed, coverage, notes).map((one) => {
      const [counts] = of(tests, one);
      const [lines] = of(coverage, one);
      return {
        ...one,
        ...readKind(one.kind),
        ...(counts && { tests: countsOf(counts) }),
        failed: of(failed, one).map(caseOf),
        ...(lines && { coverage: linesOf(lines) }),
        notes: of(notes, one).map(noteOf),
      };
    });
  },
  async ofKind(uid, app, kind, combination) {
    const run = await testedRun(query, cluster, uid);
    if (run === undefined) return undefined;
    const own = async <T>(columns: string, table: string, order: string) =>
      query<T>(
        `select ${columns} from tekton_dag.${table} where run = $1 and app = $2 and kind = $3 order by ${order}`,
        [run, app, storedKind({ kind, combination })],
      );
    const [[counts], cases, [whole, ...files], notes] = await Promise.all([
      own<TestsRow>(COUNTS, 'tests', 'app'),
      own<CaseRow>(CASE, 'cases', 'place'),
      own<LinesRow & { readonly path: string }>(`path, ${LINES}`, 'coverage', 'path collate "C"'),
      own<NoteRow>('file, text', 'notes', 'place'),
    ]);
    if (counts === undefined && cases.length + notes.length === 0 && whole === undefined) return undefined;
    return {
      app,
      kind: kind as SummaryKind,
      ...(combination !== undefined && { combination }),
      ...(counts && { tests: countsOf(counts) }),
      cases: cases.map(caseOf),
      ...(whole && {
        coverage: { ...linesOf(whole), files: files.map((file) => ({ path: file.path, ...linesOf(file) })) },
      }),
      notes: notes.map(noteOf),
    };
  },
  async before(uid, names) {
    const identities = names.map((name) => caseIdentity(cluster, name));
    const found = await caseHistories({ query }, cluster, uid, [...new Set(identities)], RUNS_MAX.before);
    return identities.map((identity) => found.get(identity) ?? []);
  },
  ofCase: (name) => caseHistory({ query }, cluster, name, RUNS_MAX.ofCase),
});

/** @returns the id of a run whose tests are all here */
async function testedRun(query: Query, cluster: string, uid: string): Promise<string | undefined> {
  const [run] = await query<{ readonly id: string }>(
    'select id from tekton_dag.runs where cluster = $1 and uid = $2 and tested is not null',
    [cluster, uid],
  );
  return run?.id;
}

interface OfKind {
  readonly app: string;
  readonly kind: string;
}

function kindsOf(...tables: readonly (readonly OfKind[])[]): readonly OfKind[] {
  const all = new Map(tables.flat().map(({ app, kind }) => [`${app} ${kind}`, { app, kind }]));
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Large numbers come as texts. */
type AsTexts<T> = { readonly [Key in keyof T]: string };

const COUNTS = 'passed, failed, errors, skipped, flaky, seconds';
type Counts = NonNullable<Summary['tests']>;
type TestsRow = OfKind & AsTexts<Omit<Counts, 'seconds'>> & Pick<Counts, 'seconds'>;
const countsOf = ({ passed, failed, errors, skipped, flaky, seconds }: TestsRow): Counts => ({
  passed: Number(passed),
  failed: Number(failed),
  errors: Number(errors),
  skipped: Number(skipped),
  flaky: Number(flaky),
  seconds,
});

const CASE = 'class, name, state, seconds, flaky, message, file, line';
interface CaseRow extends OfKind, Pick<Case, 'class' | 'name' | 'state'> {
  readonly seconds: number | null;
  readonly flaky: boolean;
  readonly message: string | null;
  readonly file: string | null;
  readonly line: number | null;
}
const caseOf = ({ class: group, name, state, seconds, flaky, message, file, line }: CaseRow): Case => ({
  class: group,
  name,
  state,
  ...(seconds !== null && { seconds }),
  ...(flaky && { flaky }),
  ...(message !== null && { message }),
  ...(file !== null && { file }),
  ...(line !== null && { line }),
});

const LINES = 'covered, total';
type LinesRow = OfKind & AsTexts<Lines>;
const linesOf = ({ covered, total }: AsTexts<Lines>): Lines => ({ covered: Number(covered), total: Number(total) });

type NoteRow = OfKind & Summary['notes'][number];
const noteOf = ({ file, text }: Summary['notes'][number]) => ({ file, text });
