import type { Construct } from 'constructs';
import { LABELS } from '../../words/labels';
import { PIPELINES, isReleasing } from '../../words/names';
import type { RunRequestSpec } from '../../runs/ask/run-request';
import { RUN_REQUEST } from '../../runs/ask/run-request';
import { admissionPolicy, rule } from './admission-policy';

/** Whoever may do this to requests in a namespace says what is trusted there; see `orchestrator` in access.ts. */
const VERB = 'release';

const { group, version, plural } = RUN_REQUEST;
const MAY_RELEASE = {
  name: 'mayRelease',
  expression: `authorizer.group('${group}').resource('${plural}').namespace(request.namespace).check('${VERB}').allowed()`,
} as const;
/** What is denied to whoever may not. */
const needs = (expression: string, what: string) => ({
  expression: `${expression} || variables.${MAY_RELEASE.name}`,
  message: `${what} takes the right to '${VERB}' ${plural}.${group} in this namespace`,
  reason: 'Forbidden',
});

const absent = (...fields: readonly (keyof RunRequestSpec)[]): string =>
  fields.map((field) => `!has(object.spec.${field})`).join(' && ');

/**
 * Renders who may ask for what. Asking is free to whoever may create requests; what makes a request trusted, puts it
 * before others or says what Git said takes the verb `release` on top, and so does whatever pushes a commit of the
 * asker's choice to the path of releases.
 */
export function requestPolicy(scope: Construct): void {
  admissionPolicy(scope, 'tekton-dag-run-requests', {
    // what else there is of a request does not change
    rules: [rule(group, version, plural, ['CREATE'])],
    variables: [MAY_RELEASE],
    validations: [
      needs(absent('trust'), 'saying what is trusted'),
      needs(absent('source'), 'saying what a request is an answer to'),
      needs(absent('priority'), 'going before others'),
      needs(`!(object.spec.pipeline in ${JSON.stringify(PIPELINES.filter(isReleasing))})`, 'releasing'),
      needs(
        `object.spec.pipeline != 'bootstrap' || ${absent('revision', 'revisions')}`,
        'bootstrapping anything but the default branches',
      ),
    ],
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
