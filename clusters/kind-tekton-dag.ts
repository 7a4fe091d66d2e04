import { Cluster } from 'tekton-dag';

/** The cluster that `npx tekton-dag kind up` starts: its registry and its Tekton are those that stand here. */
export default new Cluster({
  name: 'kind-tekton-dag',
  imageRegistry: 'localhost:5001',
  // What a pod calls the registry that a node reaches as localhost:5001.
  pushRegistry: 'kind-registry:5000',
  insecureRegistry: true,
  tektonVersion: '1.15.0',
});
