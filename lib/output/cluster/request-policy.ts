import type { Construct } from 'constructs';
import { LABELS } from '../../words/labels';
import { PIPELINES } from '../../words/names';
import type { AskField, Permission } from '../../runs/ask/permissions';
import { PERMISSIONS, RELEASE } from '../../runs/ask/permissions';
import { HASHED_NAME, RUN_REQUEST } from '../../runs/ask/run-request';
import { IS_KUBERNETES, admissionPolicy, hasRight, rule } from './admission-policy';

const { group, version, plural } = RUN_REQUEST;
export const MAY_RELEASE = { name: 'mayRelease', expression: hasRight(group, plural, RELEASE) } as const;
/** What is denied to whoever may not. */
export const needs = (expression: string, what: string) => ({
  expression: `${expression} || variables.${MAY_RELEASE.name}`,
  message: `${what} takes the right to '${RELEASE}' ${plural}.${group} in this namespace`,
  reason: 'Forbidden',
});

/** CEL that is true of asks of which a permission does not hold. */
function isNoneOf({ pipelines, fields }: Permission): string {
  const [only, ...others] = pipelines;
  const otherPipeline =
    others.length === 0
      ? `object.spec.pipeline != '${only}'`
      : `!(object.spec.pipeline in ${JSON.stringify(pipelines)})`;
  const saysNothing = fields.map(isMissing).join(' && ');
  if (saysNothing === '') return otherPipeline;
  return pipelines.length === PIPELINES.length ? saysNothing : `${otherPipeline} || ${saysNothing}`;
}

/** CEL that is true where a field is not there; nor may what holds it be. */
function isMissing(field: AskField): string {
  const [outer, inner] = field.split('.');
  const missing = `!has(object.spec.${outer})`;
  return inner === undefined ? missing : `(${missing} || !has(object.spec.${field}))`;
}

/** Renders who may ask for what, as `lib/runs/ask/permissions.ts` has it. Asking is free to whoever may create requests. */
export function requestPolicy(scope: Construct): void {
  admissionPolicy(scope, 'tekton-dag-run-requests', {
    // what else there is of a request does not change
    rules: [rule(group, version, plural, ['CREATE'])],
    variables: [MAY_RELEASE],
    validations: PERMISSIONS.map((permission) => needs(isNoneOf(permission), permission.what)),
  });
}

const METADATA = { labels: '{}', annotations: '{}', finalizers: '[]', ownerReferences: '[]' } as const;

/** CEL that is true of an update that leaves a part of the metadata as it was. */
function isUnchanged([field, nothing]: readonly [string, string]): string {
  const of = (object: string) => `(has(${object}.metadata.${field}) ? ${object}.metadata.${field} : ${nothing})`;
  return `${of('object')} == ${of('oldObject')}`;
}

/**
 * Renders what of a request, beside its spec, is not for whoever may create or patch one: a name as the orchestrator gives it,
 * under which it would look for its own, also of a run; and, once it is there, all but the cancelling.
 */
export function requestMetadataPolicy(scope: Construct): void {
  admissionPolicy(scope, 'tekton-dag-run-request-names', {
    rules: [rule(group, version, plural, ['CREATE']), rule('tekton.dev', 'v1', 'pipelineruns', ['CREATE'])],
    variables: [MAY_RELEASE],
    validations: [
      needs(
        `!object.metadata.name.matches('${HASHED_NAME}')`,
        'naming a request or a run as the orchestrator names its own',
      ),
    ],
  });
  admissionPolicy(scope, 'tekton-dag-run-request-metadata', {
    rules: [rule(group, version, plural, ['UPDATE'])],
    matchConditions: [{ name: 'not-kubernetes', expression: `!${IS_KUBERNETES}` }],
    variables: [MAY_RELEASE],
    validations: Object.entries(METADATA).map((part) => needs(isUnchanged(part), `changing ${part[0]} of a request`)),
  });
}

/**
 * Renders who may have a namespace served by the orchestrator of the cluster: a ConfigMap there claims a team's name and its
 * repositories, beside those of all others.
 */
export function sharedTeamPolicy(scope: Construct): void {
  const labels = 'object.metadata.labels';
  admissionPolicy(scope, 'tekton-dag-shared-teams', {
    rules: [rule('', 'v1', 'configmaps', ['CREATE', 'UPDATE'])],
    matchConditions: [
      {
        name: 'of-a-shared-team',
        expression: `has(${labels}) && '${LABELS.config}' in ${labels} && ${labels}['${LABELS.config}'] == 'shared'`,
      },
    ],
    variables: [MAY_RELEASE],
    validations: [needs('false', "saying what the cluster's orchestrator serves")],
  });
}
