/** A rule of a Role. https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export const rule = (apiGroup: string, resource: string, ...verbs: readonly string[]): Rule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs,
});
