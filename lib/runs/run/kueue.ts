import type { PipelineKind } from '../../words/names';
import { LOCAL_QUEUE, PRIORITY_CLASS_NAME, QUEUE_NAME } from '../../words/kueue';
import type { Ask } from '../ask/ask';
import type { PipelineRun } from './pipeline-run';
import { PENDING } from './pipeline-run';

/** What a run bears where Kueue decides when it goes on. */

/** A WorkloadPriorityClass; of two runs of a team that wait, that of the higher value is first. */
export interface PriorityClass {
  readonly name: string;
  readonly value: number;
  /** Which requests have it. */
  readonly description: string;
}

const CLASSES = {
  first: { name: 'tekton-dag-first', value: 1000, description: 'Requests with a priority above 0' },
  release: { name: 'tekton-dag-release', value: 100, description: 'Releases and promotions' },
  other: { name: 'tekton-dag-run', value: 0, description: 'Tests, bootstraps and verifications' },
  last: { name: 'tekton-dag-last', value: -1000, description: 'Requests with a priority below 0' },
} as const satisfies Readonly<Record<string, PriorityClass>>;
/** The highest first. */
export const PRIORITY_CLASSES: readonly PriorityClass[] = Object.values(CLASSES);

const RELEASES: readonly PipelineKind[] = ['merge-release', 'promote'];

/** Kueue knows classes and no numbers, so of a priority its sign counts. */
function classOf({ pipeline, priority = 0 }: Pick<Ask, 'pipeline' | 'priority'>): PriorityClass {
  if (priority !== 0) return priority > 0 ? CLASSES.first : CLASSES.last;
  return RELEASES.includes(pipeline) ? CLASSES.release : CLASSES.other;
}

/**
 * The same run, which waits in its team's queue until Kueue lets it go on: tekton-kueue makes a Workload of it, and takes
 * `PipelineRunPending` away once the Workload is admitted.
 */
export const inKueue = ({ metadata, spec, ...run }: PipelineRun, ask: Ask): PipelineRun => ({
  ...run,
  metadata: {
    ...metadata,
    labels: { ...metadata.labels, [QUEUE_NAME]: LOCAL_QUEUE, [PRIORITY_CLASS_NAME]: classOf(ask).name },
  },
  spec: { ...spec, status: PENDING },
});
