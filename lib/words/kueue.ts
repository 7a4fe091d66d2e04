/**
 * Names by which Kueue and tekton-kueue know a run.
 * https://kueue.sigs.k8s.io/docs/reference/labels-and-annotations/
 */

/** Label of a run: the LocalQueue in which it waits. One with an empty value is nobody's yet. */
export const QUEUE_NAME = 'kueue.x-k8s.io/queue-name';
/** Label of a run: its WorkloadPriorityClass. */
export const PRIORITY_CLASS_NAME = 'kueue.x-k8s.io/priority-class';
/** Label of a Workload: UID of the run that it stands for. */
export const JOB_UID = 'kueue.x-k8s.io/job-uid';

/** The webhook by which tekton-kueue puts runs that are created into a queue. */
export const TEKTON_KUEUE_WEBHOOK = 'pipelinerun-kueue-defaulter.tekton-kueue.io';
/** What tekton-kueue says that each PipelineRun takes one of. */
export const RUNS_RESOURCE = 'tekton.dev/pipelineruns';

/**
 * The LocalQueue of a team. It is the one to which the webhook of tekton-kueue, as it comes, gives runs that name none, so those
 * that somebody makes by hand wait in it, too.
 */
export const LOCAL_QUEUE = 'pipelines-queue';
/** ResourceFlavor of every quota of runs: these are the same on all nodes. */
export const FLAVOR = 'tekton-dag';
/** The ClusterQueues of a cluster that lend each other what they do not use. */
export const COHORT = 'tekton-dag';
