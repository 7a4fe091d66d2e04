import type { Cluster } from '../../fleet/cluster';
import { isDeployOnly } from '../../fleet/cluster';
import { InputError } from '../../words/problem';
import type { Problem } from '../../words/problem';
import { NAME } from './settings';

/** What the cluster's own file says of it: `kind up` makes what the file of every other cluster only describes. */

/** A registry beside the nodes. */
export interface Registry {
  /** As nodes and this machine call it: `localhost:5001`. */
  readonly local: string;
  /** As pods do: the name of its container. */
  readonly name: string;
  /** The port that pods ask. */
  readonly port: number;
}

/** The cluster that `kind up` makes. */
export interface LocalCluster extends Pick<Cluster, 'tekton'> {
  readonly registry: Registry;
  /** Of Tekton Pipelines. */
  readonly tektonVersion: string;
}

/** @throws InputError with what the file does not say, or says of another machine */
export function localCluster(clusters: readonly Cluster[]): LocalCluster {
  const { settings, tekton } = clusters.find(({ name }) => name === NAME) ?? {};
  const { imageRegistry = '', pushRegistry = '' } = settings ?? {};
  const tektonVersion = tekton?.manifest.version ?? settings?.tektonVersion ?? '';
  const [name = '', port] = pushRegistry.split(':');
  const wrong = [
    ...(isDeployOnly(settings) ? [wanted('role', 'deploy', 'pipelines: kind up installs Tekton for them')] : []),
    ...(/^localhost:[0-9]+$/.test(imageRegistry)
      ? []
      : [wanted('imageRegistry', imageRegistry, 'localhost and a port')]),
    ...(/^[a-z0-9-]+:[0-9]+$/.test(pushRegistry)
      ? []
      : [wanted('pushRegistry', pushRegistry, 'the name of a container and a port, such as kind-registry:5000')]),
    ...(tekton || /^[0-9]+\.[0-9]+\.[0-9]+$/.test(tektonVersion)
      ? []
      : [wanted('tektonVersion', tektonVersion, 'all three numbers of a release, such as 1.15.0')]),
  ];
  if (wrong.length > 0) throw new InputError(wrong);
  return { registry: { local: imageRegistry, name, port: Number(port) }, tektonVersion, tekton };
}

const wanted = (path: string, found: string, expected: string): Problem => ({
  file: `clusters/${NAME}.ts`,
  path,
  message: found === '' ? 'is missing: kind up goes by it' : 'kind up cannot make this',
  ...(found !== '' && { found }),
  expected,
  severity: 'error',
});
