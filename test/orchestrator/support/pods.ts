import type { Pod } from '../../../orchestrator/src/queue/pod';

/** What Tekton 1.15 and Kubernetes 1.34 wrote of pods that did not run, one step each. */

const MADE = '2026-01-01T00:00:00Z';
/** The same moment, as `Date.now()` counts. */
export const MADE_AT = Date.parse(MADE);
export const REGISTRY = 'registry.example.com/shop';

interface Given {
  readonly run?: string;
  readonly task?: string;
  readonly made?: string;
  readonly requests?: Readonly<Record<string, string>>;
}

const pod = (
  { run = 'run', task = 'build-api', made = MADE, requests }: Given,
  status: Pod['status'],
  nodeName?: string,
): Pod => ({
  metadata: {
    name: `asked-${task}-pod`,
    namespace: 'team-x',
    creationTimestamp: made,
    labels: {
      'app.kubernetes.io/managed-by': 'tekton-pipelines',
      'tekton.dev/memberOf': 'tasks',
      'tekton.dev/pipelineRun': 'asked',
      'tekton.dev/pipelineRunUID': run,
      'tekton.dev/pipelineTask': task,
      'tekton.dev/taskRun': `asked-${task}`,
    },
  },
  spec: {
    nodeName,
    initContainers: [{ name: 'prepare', image: 'local/entrypoint:1', resources: {} }],
    containers: [{ name: 'step-build', image: `${REGISTRY}/absent:1`, resources: { requests } }],
  },
  status,
});

const unplaced = (message: string): Pod['status'] => ({
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
});

const NOT_HELPFUL =
  'no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';

/** One that asks for more than any node has. */
export const tooLarge = (given: Given = {}): Pod =>
  pod(
    { requests: { cpu: '500', memory: '1Gi' }, ...given },
    unplaced(`0/1 nodes are available: 1 Insufficient cpu. ${NOT_HELPFUL}`),
  );

/** One that asks for a node that there is not. */
export const homeless = (given: Given = {}): Pod =>
  pod(given, unplaced(`0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. ${NOT_HELPFUL}`));

const placed = (waiting: { readonly reason: string; readonly message?: string }): Pod['status'] => ({
  phase: 'Pending',
  conditions: [
    { type: 'PodReadyToStartContainers', status: 'True' },
    { type: 'PodScheduled', status: 'True' },
  ],
  initContainerStatuses: [{ name: 'prepare', state: {} }],
  containerStatuses: [{ name: 'step-build', state: { waiting } }],
});

const NOT_FOUND = `rpc error: code = NotFound desc = failed to pull and unpack image "${REGISTRY}/absent:1": failed to resolve reference "${REGISTRY}/absent:1": ${REGISTRY}/absent:1: not found`;

/** One whose image is not there, as the kubelet has just found out. */
export const withoutImage = (given: Given = {}): Pod =>
  pod(given, placed({ reason: 'ErrImagePull', message: NOT_FOUND }), 'node1');

/** The same before the next try. */
export const backingOff = (given: Given = {}): Pod =>
  pod(
    given,
    placed({
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "${REGISTRY}/absent:1": ErrImagePull: ${NOT_FOUND}`,
    }),
    'node1',
  );

/** One of which a volume, or a slow image, is not there yet: the kubelet tells the reason in an Event alone. */
export const beginning = (given: Given = {}): Pod => pod(given, placed({ reason: 'PodInitializing' }), 'node1');

/** One whose step names a key of a Secret that is not there. */
export const misconfigured = (given: Given = {}): Pod =>
  pod(
    given,
    placed({ reason: 'CreateContainerConfigError', message: "couldn't find key token in Secret team-x/github-token" }),
    'node1',
  );

/** One that runs. */
export const running = (given: Given = {}): Pod => pod(given, { phase: 'Running' }, 'node1');
