import type { Pod } from '../../../orchestrator/src/queue/pod';
import { PATIENCE_MS, runOfPod, trimPod, waitOf } from '../../../orchestrator/src/queue/pod';
import * as pods from '../support/pods';
import { MADE_AT, REGISTRY } from '../support/pods';

const LATER = MADE_AT + PATIENCE_MS;

it.each<[string, Pod, string]>([
  [
    'that is too large',
    pods.tooLarge(),
    'build-api waits for a node: 0/1 nodes are available: 1 Insufficient cpu (its pod asks for 500 CPU, 1024Mi memory). Free or add nodes, or let fewer pods run at once (maxParallelBuilds and maxConcurrentRuns of the team)',
  ],
  [
    'that no node fits',
    pods.homeless(),
    "build-api waits for a node: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. `kubectl describe pod asked-build-api-pod --namespace team-x` says more",
  ],
  [
    'whose volumes are not there',
    pods.beginning(),
    'build-api waits on node node1 for its images or its volumes: `kubectl describe pod asked-build-api-pod --namespace team-x` says more',
  ],
])('a pod %s says so, once it has had its time', (_, pod, text) => {
  expect(waitOf(pod, LATER)?.text).toBe(text);
  expect(waitOf(pod, LATER - 1)).toBeUndefined();
});

it.each<[string, Pod]>([
  ['just found out', pods.withoutImage()],
  ['waits for the next try', pods.backingOff()],
])('says at once which image cannot be pulled and why, in the same words when the kubelet has %s', (_, pod) => {
  expect(waitOf(pod, MADE_AT)).toEqual({
    task: 'build-api',
    for: 'image',
    text: `build-api cannot pull image ${REGISTRY}/absent:1: rpc error: code = NotFound desc = failed to pull and unpack image "${REGISTRY}/absent:1": failed to resolve reference "${REGISTRY}/absent:1": ${REGISTRY}/absent:1: not found. Is it there, and may the pod pull it (secrets.names.imagePull of the team)?`,
  });
});

it('says at once which container cannot be made', () => {
  expect(waitOf(pods.misconfigured(), MADE_AT)?.text).toBe(
    "build-api cannot start container step-build: couldn't find key token in Secret team-x/github-token",
  );
});

it('says nothing of a pod that runs', () => {
  expect(waitOf(pods.running(), LATER)).toBeUndefined();
});

it('keeps of a pod what is read of it, and of one that runs only the run that it is of', () => {
  for (const pod of [pods.tooLarge(), pods.homeless(), pods.withoutImage(), pods.beginning(), pods.running()]) {
    expect(waitOf(trimPod(pod), LATER)).toEqual(waitOf(pod, LATER));
    expect(runOfPod(trimPod(pod))).toBe('run');
  }
  expect(JSON.stringify(trimPod(pods.running())).length).toBeLessThan(300);
});
