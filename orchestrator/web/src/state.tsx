import { isEnd, stateOfPhase } from '../../../lib/runs/ask/phase-state';
import type { AnyRun, TaskState, TestsOfKind } from './answers';

/** The states of runs and tasks, as they are shown. Each has a colour and a sign, for colours alone tell not everybody. */

const SIGNS: Readonly<Record<TaskState, string>> = {
  waiting: '·',
  running: '▶',
  passed: '✓',
  failed: '✗',
  cancelled: '⊘',
  skipped: '–',
};

export const stateOfRun = ({ status }: Pick<AnyRun, 'status'>): TaskState => stateOfPhase(status) ?? 'running';
export const isOver = (run: Pick<AnyRun, 'status'>): boolean => isEnd(stateOfRun(run));

/** Of a test case; one that passed when it was run again is not as good as one that passed. */
export const stateOfCase = ({ state, flaky }: { readonly state: string; readonly flaky?: boolean }): TaskState =>
  state === 'skipped' ? 'skipped' : state !== 'passed' ? 'failed' : flaky ? 'cancelled' : 'passed';

export const stateOfTests = ({ failed, errors }: NonNullable<TestsOfKind['tests']>): TaskState =>
  failed + errors > 0 ? 'failed' : 'passed';

export const signOf = (state: TaskState): string => SIGNS[state];

/** @param text @default - the state's own word */
export const State = ({ state, text = state }: { readonly state: TaskState; readonly text?: string }) => (
  <span class={`state ${state}`}>
    <span aria-hidden="true">{SIGNS[state]}</span> {text}
  </span>
);
