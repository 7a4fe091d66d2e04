import { TEKTON, instanceController, instanceNamespace } from '../../words/names';

const API = 'rbac.authorization.k8s.io';

/**
 * What lets the controller of an instance of Tekton work in a namespace: name and body of a RoleBinding. Where the namespace is a
 * team's, it is among the team's objects; where a cluster file lists it, among those of the instance.
 */
export const instanceBinding = (instance: string) => ({
  name: instanceController(instance),
  body: {
    roleRef: { apiGroup: API, kind: 'ClusterRole', name: instanceController(instance) },
    subjects: [{ kind: 'ServiceAccount', name: TEKTON.controller, namespace: instanceNamespace(instance) }],
  },
});
