import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS, LABELS } from '../contract/labels';
import { SESSION_PATTERN, accountName } from '../contract/names';
import type { Kind } from '../kube/emit';
import { TELEPRESENCE_ACCOUNT } from '../tasks/preview-app';
import { object } from '../kube/object';

/** Graduated since the version that the classes are made from, without a change of fields. */
const graduated = <Props>(kind: Kind<Props>): Kind<Props> => ({
  GVK: { ...kind.GVK, apiVersion: 'admissionregistration.k8s.io/v1' },
  manifest: (props) => kind.manifest(props),
});
const Policy = graduated(k8s.KubeValidatingAdmissionPolicyV1Beta1);
const Binding = graduated(k8s.KubeValidatingAdmissionPolicyBindingV1Beta1);

const ACCOUNT = `request.userInfo.username.startsWith('system:serviceaccount:') && request.userInfo.username.endsWith(':${accountName('preview')}')`;

/** An object of a preview: labelled with its session, and named `<app>-<session>`. */
function isPreview(object: string): string {
  const labels = `${object}.metadata.labels`;
  const session = `${labels}['${LABELS.session}']`;
  return `has(${labels}) && '${LABELS.session}' in ${labels} && ${session}.matches('${SESSION_PATTERN}') && ${object}.metadata.name.endsWith('-' + ${session})`;
}

const rule = (apiGroup: string, apiVersion: string, resource: string): k8s.NamedRuleWithOperationsV1Beta1 => ({
  apiGroups: [apiGroup],
  apiVersions: [apiVersion],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  resources: [resource],
  scope: 'Namespaced',
});

/**
 * Renders what roles cannot say of the `preview` accounts of all teams: they touch previews and nothing that is stable,
 * and their pods take no account that could do more.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function previewPolicy(scope: Construct): void {
  const deployments = rule('apps', 'v1', 'deployments');
  policy(scope, 'tekton-dag-preview-objects', [deployments, rule('', 'v1', 'services'), rule('gateway.networking.k8s.io', 'v1', 'httproutes')], [
    { expression: `object == null || ${isPreview('object')}`, message: `a preview is named <app>-<session> and has label ${LABELS.session}` },
    { expression: `oldObject == null || ${isPreview('oldObject')}`, message: 'this object is no preview' },
  ]);
  const pod = 'object.spec.template.spec';
  policy(scope, 'tekton-dag-preview-pods', [deployments], [
    {
      expression: `object == null || !has(${pod}.serviceAccountName) || ${pod}.serviceAccountName in ['', 'default', '${TELEPRESENCE_ACCOUNT}']`,
      message: 'pods of a preview run as the default account',
    },
  ]);
}

function policy(scope: Construct, name: string, resourceRules: k8s.NamedRuleWithOperationsV1Beta1[], validations: k8s.ValidationV1Beta1[]): void {
  const metadata = { name, namespace: undefined, annotations: { [ANNOTATIONS.syncWave]: '-1' } };
  object(scope, Policy, metadata, {
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, resourceRules },
      matchConditions: [{ name: 'preview-account', expression: ACCOUNT }],
      validations,
    },
  });
  object(scope, Binding, metadata, { spec: { policyName: name, validationActions: ['Deny'] } });
}
