import type { z } from 'zod';
import type { RESPONSES } from '../../src/http/responses';

/** What the API answers, from the schemas that it answers by. */

type Answer<Name extends keyof typeof RESPONSES> = z.output<(typeof RESPONSES)[Name]>;

export type Run = Answer<'Run'>;
/** A run that may have been made past the queue. */
export type AnyRun = Answer<'Runs'>[number];
/** As the Git host has it. */
export type PullRequest = Answer<'PullRequest'>;
export type Queue = Answer<'Queues'>[number];
export type Stack = Answer<'Stacks'>[number];
export type RunTasks = Answer<'RunTasks'>;
export type Task = RunTasks['tasks'][number];
export type TaskState = Task['state'];
export type RunTests = Answer<'RunTests'>;
export type TestsOfKind = Answer<'TestsOfKind'>;
export type Case = TestsOfKind['cases'][number];
export type CaseHistory = Answer<'CaseHistory'>;
export type Story = NonNullable<CaseHistory['story']>;
export type Reports = Answer<'Reports'>;
export type Stats = Answer<'Stats'>;
/** Of all that is asked for, or of a part of it. */
export type Figures = Stats['all'];
export type Me = Answer<'Me'>;
export type Problem = Answer<'Problem'>;
