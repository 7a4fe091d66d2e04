import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { sweep } from '../../lib/output/team/sweep';
import { images, team } from '../output/team/model';
import { objectsIn } from './applies-twice';
import { kubectl } from './kubectl';

/**
 * What is there all the time needs no more than Pod Security `restricted` allows; pods of runs need what builds need.
 * https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */

const NAMESPACE = 'restricted';
type Workload = ReturnType<typeof objectsIn>[number] & {
  readonly spec: { readonly template?: { readonly spec: { securityContext?: object } } };
};
/** The CronJob of a team without an orchestrator. */
const sweeper = new Chart(new App(), 'sweeper');
sweep(sweeper, team({ orchestrator: { enabled: false } }), images);
const workloads = [
  ...objectsIn(join(__dirname, '../../dist/kind.yaml')).filter(({ kind }) => kind === 'Deployment'),
  ...(sweeper.toJson() as Workload[]),
] as Workload[];
/** @throws with what the level does not allow */
const admit = (workload: Workload): string =>
  kubectl(
    ['create', '--dry-run=server', '--warnings-as-errors', '--filename=-'],
    JSON.stringify({ ...workload, metadata: { name: workload.metadata.name, namespace: NAMESPACE } }),
  );

beforeAll(() => {
  kubectl(['create', 'namespace', NAMESPACE]);
  kubectl(['label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/warn=restricted']);
});
afterAll(() => kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']));

it('knows all of them', () =>
  expect(workloads.map(({ metadata }) => metadata.name).sort()).toEqual([
    'tekton-dag-orchestrator',
    'tekton-dag-router',
    'tekton-dag-sweep-previews',
  ]));

it.each(workloads.map((workload) => [workload.metadata.name, workload] as const))('%s', (_, workload) => {
  admit(workload);
});

it('is told of what is not allowed', () => {
  const open = structuredClone(workloads.find(({ spec }) => spec.template !== undefined)!);
  open.spec.template!.spec.securityContext = {};
  expect(() => admit(open)).toThrow(/would violate PodSecurity "restricted:/);
});
