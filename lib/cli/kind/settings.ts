import { join } from 'node:path';
import { TOOL_IMAGES } from '../../fleet/tool-images';

/** The names, addresses and folders that the parts of `kind up` and `kind down` share. */

/** The name of the cluster for Kind. */
export const CLUSTER = 'tekton-dag';
/** As teams name it, and as Kind calls its context: `clusters/kind-tekton-dag.ts` says what it is made of. */
export const NAME = `kind-${CLUSTER}`;

/** The node image, and the first Kind that this image is built for: no older Kind may start it. */
export const KIND = {
  version: '0.30.0',
  image: 'kindest/node:v1.34.0@sha256:7416a61b42b1662ca6ca89f02028ac133a309a2a30ba309614e8ec94d976dc5a',
} as const;

/** The program of the registry. */
export const REGISTRY_IMAGE = 'docker.io/library/registry:3.0.0';

/** The git server. */
export const GIT = { name: 'kind-git', image: TOOL_IMAGES.platform as string } as const;

/** The label of the containers that `kind up` made: a registry of this name may belong to somebody else. */
export const LABEL = 'tekton-dag.io/kind';

/** The folder for everything that `kind up` writes. */
export const FOLDER = 'build/kind';
/** The folder of the repositories that the git server serves. */
export const REPOSITORIES = join(FOLDER, 'git');
/** The kubeconfig of the cluster. */
export const KUBECONFIG = join(FOLDER, 'kubeconfig');
/** What is applied: dist/kind.yaml, by the images that were built. */
export const OBJECTS = join(FOLDER, 'objects.yaml');
