import type { Construct } from 'constructs';
import { ANNOTATIONS, LABELS } from '../../words/labels';
import { GUARDED_ACCOUNTS, accountName } from '../../words/names';
import type { PolicyProps } from './admission-policy';
import { IS_KUBERNETES, admissionPolicy, hasRight, rule } from './admission-policy';
import { MAY_RELEASE, needs } from './request-policy';

/**
 * What roles cannot say of runs: whoever may create a PipelineRun or a pod may name any account of its namespace, and call a
 * run whatever he likes. https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation
 */

const NAMES = JSON.stringify(GUARDED_ACCOUNTS.map(accountName)).replaceAll('"', "'");

/** Tekton makes TaskRuns and pods of runs that were admitted before. Nobody else writes how a TaskRun stands. */
const IS_TEKTON = { name: 'isTekton', expression: hasRight('tekton.dev', 'taskruns', 'update', 'status') } as const;

/** CEL of a list with the value of a field, which may be missing on the way there. */
function listOf(path: string): string {
  const parts = path.split('.');
  const there = parts.slice(2).map((_, index) => `has(${parts.slice(0, index + 3).join('.')})`);
  return `(${there.join(' && ')} ? [${path}] : [])`;
}

/** CEL of the images of a pod, which are all of it that may change and matters. */
const imagesOf = (pod: string): string =>
  ['containers', 'initContainers', 'ephemeralContainers']
    .map((field) => `(has(${pod}.spec.${field}) ? ${pod}.spec.${field}.map(c, c.image) : [])`)
    .join(' + ');

interface Accounts extends Pick<PolicyProps, 'rules' | 'matchConditions'> {
  /** CEL of the list of accounts that an object names. */
  readonly named: string;
}

const POD_ACCOUNTS = 'object.spec.serviceAccountName';
const TEMPLATE_ACCOUNTS = 'object.spec.template.spec.serviceAccountName';
const CHANGES = ['CREATE', 'UPDATE'] as const;

/** By name of the policy. The specs of runs do not change, which Tekton sees to. */
const ACCOUNTS: Readonly<Record<string, Accounts>> = {
  'tekton-dag-accounts-of-pipelineruns': {
    rules: [rule('tekton.dev', 'v1', 'pipelineruns', ['CREATE'])],
    named: `${listOf('object.spec.taskRunTemplate.serviceAccountName')} + (has(object.spec.taskRunSpecs) ? object.spec.taskRunSpecs.filter(task, has(task.serviceAccountName)).map(task, task.serviceAccountName) : [])`,
  },
  'tekton-dag-accounts-of-taskruns': {
    rules: [rule('tekton.dev', 'v1', 'taskruns', ['CREATE'])],
    named: listOf('object.spec.serviceAccountName'),
  },
  'tekton-dag-accounts-of-pods': {
    rules: [rule('', 'v1', 'pods', CHANGES), rule('', 'v1', 'pods/ephemeralcontainers', ['UPDATE'])],
    matchConditions: [
      { name: 'new-images', expression: `oldObject == null || ${imagesOf('object')} != ${imagesOf('oldObject')}` },
    ],
    named: listOf(POD_ACCOUNTS),
  },
  'tekton-dag-accounts-of-workloads': {
    rules: [
      ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((kind) => rule('apps', 'v1', kind, CHANGES)),
      rule('batch', 'v1', 'jobs', CHANGES),
      rule('', 'v1', 'replicationcontrollers', CHANGES),
    ],
    named: listOf(TEMPLATE_ACCOUNTS),
  },
  'tekton-dag-accounts-of-cronjobs': {
    rules: [rule('batch', 'v1', 'cronjobs', CHANGES)],
    named: listOf('object.spec.jobTemplate.spec.template.spec.serviceAccountName'),
  },
};

/** CEL of a label or an annotation, empty where there is none. */
function markOf(object: string, mark: string, marks: 'labels' | 'annotations' = 'labels'): string {
  const all = `${object}.metadata.${marks}`;
  return `(${object} != null && has(${all}) && '${mark}' in ${all} ? ${all}['${mark}'] : '')`;
}
const isUnchanged = (mark: string, marks?: 'labels' | 'annotations'): string =>
  `${markOf('object', mark, marks)} == ${markOf('oldObject', mark, marks)}`;

/** CEL of what an object calls its owners, by which alone they are known: of whichever kind it says that they are. */
const ownersOf = (object: string): string =>
  `(${object} != null && has(${object}.metadata.ownerReferences) ? ${object}.metadata.ownerReferences.map(o, o.uid) : [])`;

/** By which the TaskRuns of a run are found. */
const OF_RUN = ['tekton.dev/pipelineRun', 'tekton.dev/pipelineTask'];

/** Renders who may run what as the guarded accounts, and who may call a run trusted. */
export function runPolicy(scope: Construct): void {
  for (const [name, { named, ...about }] of Object.entries(ACCOUNTS)) {
    admissionPolicy(scope, name, {
      ...about,
      variables: [MAY_RELEASE, IS_TEKTON, { name: 'named', expression: named }],
      validations: [
        needs(
          `!variables.named.exists(account, account in ${NAMES}) || ${IS_KUBERNETES} || variables.${IS_TEKTON.name}`,
          `running as an account that deploys or releases`,
        ),
      ],
    });
  }
  admissionPolicy(scope, 'tekton-dag-run-labels', {
    rules: [rule('tekton.dev', 'v1', 'pipelineruns', CHANGES)],
    variables: [MAY_RELEASE],
    // a run that is called trusted says of which stack and pipeline it is, too
    validations: [
      needs(isUnchanged(LABELS.trust), 'calling a run trusted'),
      needs(
        `${markOf('object', LABELS.trust)} == '' || ${[LABELS.stack, LABELS.pipeline].map((label) => isUnchanged(label)).join(' && ')}`,
        'changing what a run is of',
      ),
      // what comes of it is told of the request
      needs(
        [ANNOTATIONS.requestUid, ANNOTATIONS.asked, ANNOTATIONS.askedAt]
          .map((mark) => isUnchanged(mark, 'annotations'))
          .join(' && '),
        'saying for which request a run is',
      ),
    ],
  });
  admissionPolicy(scope, 'tekton-dag-run-owners', {
    rules: [rule('tekton.dev', 'v1', 'taskruns', CHANGES)],
    variables: [MAY_RELEASE, IS_TEKTON],
    validations: [
      needs(
        `${[`${ownersOf('object')} == ${ownersOf('oldObject')}`, ...OF_RUN.map((label) => isUnchanged(label))].join(' && ')} || variables.${IS_TEKTON.name}`,
        'saying of which run a TaskRun is',
      ),
    ],
  });
}
