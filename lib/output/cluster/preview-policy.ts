import type { Construct } from 'constructs';
import { LABELS } from '../../words/labels';
import { SESSION_PATTERN, accountName } from '../../words/names';
import { TELEPRESENCE_ACCOUNT } from '../tasks/preview/preview-app';
import { admissionPolicy, rule } from './admission-policy';

const ACCOUNT = `request.userInfo.username.startsWith('system:serviceaccount:') && request.userInfo.username.endsWith(':${accountName('preview')}')`;

/** An object of a preview: labelled with its session, and named `<app>-<session>`. */
function isPreview(object: string): string {
  const labels = `${object}.metadata.labels`;
  const session = `${labels}['${LABELS.session}']`;
  return `has(${labels}) && '${LABELS.session}' in ${labels} && ${session}.matches('${SESSION_PATTERN}') && ${object}.metadata.name.endsWith('-' + ${session})`;
}

const CHANGES = ['CREATE', 'UPDATE', 'DELETE'] as const;
const MATCH = [{ name: 'preview-account', expression: ACCOUNT }];

/**
 * Renders what roles cannot say of the `preview` accounts of all teams: they touch previews and nothing that is stable,
 * and their pods take no account that could do more.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function previewPolicy(scope: Construct): void {
  const deployments = rule('apps', 'v1', 'deployments', CHANGES);
  admissionPolicy(scope, 'tekton-dag-preview-objects', {
    rules: [
      deployments,
      rule('', 'v1', 'services', CHANGES),
      rule('gateway.networking.k8s.io', 'v1', 'httproutes', CHANGES),
    ],
    matchConditions: MATCH,
    validations: [
      {
        expression: `object == null || ${isPreview('object')}`,
        message: `a preview is named <app>-<session> and has label ${LABELS.session}`,
      },
      { expression: `oldObject == null || ${isPreview('oldObject')}`, message: 'this object is no preview' },
    ],
  });
  const pod = 'object.spec.template.spec';
  admissionPolicy(scope, 'tekton-dag-preview-pods', {
    rules: [deployments],
    matchConditions: MATCH,
    validations: [
      {
        expression: `object == null || !has(${pod}.serviceAccountName) || ${pod}.serviceAccountName in ['', 'default', '${TELEPRESENCE_ACCOUNT}']`,
        message: 'pods of a preview run as the default account',
      },
    ],
  });
}
