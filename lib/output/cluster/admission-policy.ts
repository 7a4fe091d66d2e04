import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS } from '../../words/labels';
import type { Kind } from '../../kube/emit';
import { object } from '../../kube/object';

/** https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ */

/** Graduated since the version that the classes are made from, without a change of fields. */
const graduated = <Props>(kind: Kind<Props>): Kind<Props> => ({
  GVK: { ...kind.GVK, apiVersion: 'admissionregistration.k8s.io/v1' },
  manifest: (props) => kind.manifest(props),
});
const Policy = graduated(k8s.KubeValidatingAdmissionPolicyV1Beta1);
const Binding = graduated(k8s.KubeValidatingAdmissionPolicyBindingV1Beta1);

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

export const rule = (
  apiGroup: string,
  apiVersion: string,
  resource: string,
  operations: readonly Operation[],
): k8s.NamedRuleWithOperationsV1Beta1 => ({
  apiGroups: [apiGroup],
  apiVersions: [apiVersion],
  operations: [...operations],
  resources: [resource],
  scope: 'Namespaced',
});

/** CEL that is true where whoever asks has a verb in the namespace that he asks about. */
export const hasRight = (group: string, resource: string, verb: string, subresource = ''): string =>
  `authorizer.group('${group}').resource('${resource}')${subresource && `.subresource('${subresource}')`}.namespace(request.namespace).check('${verb}').allowed()`;

/** CEL that is true of the controllers of Kubernetes itself, which collect garbage, and make pods of what was admitted before. */
export const IS_KUBERNETES =
  "('system:serviceaccounts:kube-system' in request.userInfo.groups || request.userInfo.username == 'system:kube-controller-manager')";

/** What is denied where one of `validations` does not hold. */
export interface PolicyProps {
  readonly rules: readonly k8s.NamedRuleWithOperationsV1Beta1[];
  /** Requests that it is about. @default - all that the rules match */
  readonly matchConditions?: readonly k8s.MatchConditionV1Beta1[];
  readonly variables?: readonly k8s.VariableV1Beta1[];
  readonly validations: readonly k8s.ValidationV1Beta1[];
}

/** Renders a policy that denies, and binds it for the whole cluster before anything that it is about is applied. */
export function admissionPolicy(
  scope: Construct,
  name: string,
  { rules, matchConditions, variables, validations }: PolicyProps,
): void {
  const metadata = { name, namespace: undefined, annotations: { [ANNOTATIONS.syncWave]: '-1' } };
  object(scope, Policy, metadata, {
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        matchPolicy: 'Equivalent',
        namespaceSelector: {},
        objectSelector: {},
        resourceRules: [...rules],
      },
      matchConditions: matchConditions && [...matchConditions],
      variables: variables && [...variables],
      validations: [...validations],
    },
  });
  object(scope, Binding, metadata, { spec: { policyName: name, validationActions: ['Deny'] } });
}
