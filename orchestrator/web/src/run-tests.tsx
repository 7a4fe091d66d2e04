import type { Case, Run, RunTests, Story, TestsOfKind } from './answers';
import { ONCE, useAnswer } from './api';
import { casePath, reportsPath, runApi, runPath, testsPath } from './paths';
import { State, isOver, stateOfTests } from './state';
import { Told } from './told';

/** What the tests of a run said: how many cases there were, and of those that failed where, why, and since when. */
export function TestsOfRun({ run }: { readonly run: Run }) {
  const { pipeline, stack } = run;
  const isTested = pipeline === `${stack}-pr-test` && isOver(run);
  const asked = useAnswer<RunTests>(isTested ? runApi(run, '/tests') : undefined, ONCE);
  if (!isTested) return null;
  return (
    <section aria-label="Tests">
      <h2>Tests</h2>
      <Told asked={asked}>
        {({ tests, isRead }) =>
          isRead ? (
            <>
              {tests.length === 0 && <p>No tests of this run left a report.</p>}
              {tests.map((one) => (
                <Kind key={`${one.app} ${one.kind}`} run={run} of={one} />
              ))}
              <p>
                <a href={reportsPath(run)}>All files of the reports</a>
              </p>
            </>
          ) : (
            <p>
              This orchestrator reads no reports. A team with an orchestrator of its own turns this on by
              storage.reports.show.
            </p>
          )
        }
      </Told>
    </section>
  );
}

type OfKind = RunTests['tests'][number];

function Kind({ run, of }: { readonly run: Run; readonly of: OfKind }) {
  const { app, kind, task, tests, failed, coverage, notes, combinations } = of;
  const failures = tests === undefined ? failed.length : tests.failed + tests.errors;
  return (
    <article class="tests" aria-label={`${kind} tests of ${app}`}>
      <h3>
        {app}: {kind} <small>in</small> <a href={runPath(run, { task })}>{task}</a>
      </h3>
      <p>
        <Counts tests={tests} />
        {coverage !== undefined && (
          <>
            {' '}
            · {combinations && 'at least '}
            {percent(coverage)} of the lines are covered
          </>
        )}
        {combinations === undefined && (
          <>
            {' '}
            · <a href={testsPath(run, app, kind)}>All cases and files</a>
          </>
        )}
      </p>
      {combinations !== undefined && <Combinations run={run} of={{ ...of, combinations }} />}
      <Failures of={of} cases={failed.slice(0, AT_FIRST)} run={run} />
      {failed.length > AT_FIRST && (
        <details>
          <summary>{failed.length - AT_FIRST} more cases that failed</summary>
          <Failures of={of} cases={failed.slice(AT_FIRST)} run={run} />
        </details>
      )}
      {failures > failed.length && <p>{failures - failed.length} more failed, which are not shown here.</p>}
      <Notes notes={notes} />
    </article>
  );
}

interface CombinationsProps {
  readonly run: Run;
  readonly of: OfKind & { readonly combinations: NonNullable<OfKind['combinations']> };
}

/** A grid of the ways in which the tests ran, each of which leads to its cases. */
const Combinations = ({ run, of: { app, kind, combinations } }: CombinationsProps) => (
  <ul class="combinations" aria-label={`Combinations of the ${kind} tests of ${app}`}>
    {combinations.map(({ name, tests, coverage, notes }) => (
      <li key={name}>
        <a href={testsPath(run, app, kind, name)}>{name}</a>
        <small>
          <Counts tests={tests} />
        </small>
        {coverage !== undefined && <small>{percent(coverage)} covered</small>}
        <Notes notes={notes} />
      </li>
    ))}
  </ul>
);

/** What comes after the tests is to be seen, too. */
const AT_FIRST = 5;

interface FailuresProps {
  readonly of: Pick<OfKind, 'app' | 'kind'>;
  readonly cases: OfKind['failed'];
  readonly run: Pick<Run, 'team' | 'stack' | 'namespace'>;
}

const Failures = ({ of: { app, kind }, cases, run }: FailuresProps) => (
  <ul class="cases">
    {cases.map(({ story, ...one }, index) => (
      <li key={index}>
        <Failure one={one} story={story} run={run} app={app} kind={kind} />
      </li>
    ))}
  </ul>
);

interface FailureProps {
  readonly one: Case & { readonly combination?: string };
  readonly story?: Story;
  readonly run: Pick<Run, 'team' | 'stack' | 'namespace'>;
  readonly app: string;
  readonly kind: string;
}

function Failure({ one, story, run, app, kind }: FailureProps) {
  return (
    <>
      <State state="failed" text={one.state} /> <b>{titleOf(one)}</b>
      {one.combination !== undefined && <small> in {one.combination}</small>}
      {one.file !== undefined && (
        <code class="place">
          {one.file}
          {one.line !== undefined && `:${one.line}`}
        </code>
      )}
      {story !== undefined && (
        <small>
          <StoryText story={story} namespace={run.namespace} /> ·{' '}
          <a href={casePath(run, app, kind, one, one.combination)}>History of this case</a>
        </small>
      )}
      {one.message !== undefined && <pre class="message">{one.message}</pre>}
    </>
  );
}

interface StoryProps {
  readonly story: Story;
  /** Of the runs. */
  readonly namespace: string;
}

/** What the runs of a case mean, in a sentence. */
export function StoryText({ story: { state, since, failed, runs, elsewhere }, namespace }: StoryProps) {
  const before = since && (
    <a href={runPath({ name: since.run, namespace })}>
      {since.commit === undefined ? since.run : since.commit.slice(0, 12)}
    </a>
  );
  return (
    <>
      {state === 'flaky' && `flaky: it failed in ${failed} of the last ${runs} runs`}
      {state === 'broken' && <>failed before, since {before}</>}
      {state === 'new' && 'did not fail before'}
      {state === 'passing' &&
        (failed === 0 ? 'did not fail' : `passes, and failed in ${failed} of the last ${runs} runs`)}
      {elsewhere && state !== 'passing' && '; it fails in other pull requests, too'}
    </>
  );
}

export function Counts({ tests }: Pick<TestsOfKind, 'tests'>) {
  if (tests === undefined) return <>no cases were reported</>;
  const { passed, failed, errors, skipped, flaky, seconds } = tests;
  const counts = [
    [passed, 'passed'],
    [failed, 'failed'],
    [errors, errors === 1 ? 'error' : 'errors'],
    [skipped, 'skipped'],
    [flaky, 'flaky'],
  ] as const;
  const said = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return (
    <>
      <State state={stateOfTests(tests)} text={said.join(', ') || 'no cases'} /> in {seconds} s
    </>
  );
}

export const Notes = ({ notes }: Pick<TestsOfKind, 'notes'>) => (
  <>
    {notes.map(({ file, text }) => (
      <p key={`${file} ${text}`} class="message">
        {file}: {text}
      </p>
    ))}
  </>
);

/** How a case is called where it stands alone. */
export const titleOf = ({ class: group, name }: Pick<Case, 'class' | 'name'>): string =>
  [group, name].filter((part) => part !== '').join(' › ') || 'a case without a name';

export const percent = ({ covered, total }: { readonly covered: number; readonly total: number }): string =>
  total === 0 ? '–' : `${Math.floor((100 * covered) / total)} %`;
