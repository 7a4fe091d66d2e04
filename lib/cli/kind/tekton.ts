import { releaseAddress } from '../../fleet/tekton-release';
import { folderOf, inRepository } from '../../output/layout';
import { TEKTON } from '../../words/names';
import { during } from '../terminal';
import { kubectl, retryUnreachable } from './kubectl';
import type { LocalCluster } from './local-cluster';
import { NAME } from './settings';

/** Tekton as the cluster's file says: what synth has written of a release, else the version as it is published. */

/** Installs Tekton and waits for it. */
export async function installTekton({ tekton, tektonVersion }: LocalCluster): Promise<void> {
  const source = tekton ? inRepository(folderOf('install', { cluster: NAME })) : releaseAddress(tektonVersion);
  await during(
    `install Tekton ${tektonVersion}`,
    retryUnreachable(() => kubectl('apply', '--server-side', '--force-conflicts', '--filename', source)),
  );
  if (tekton === undefined) await setFlags();
  await during(
    'wait for Tekton',
    kubectl(
      'wait',
      'deployments',
      '--all',
      '--namespace',
      TEKTON.namespace,
      '--for=condition=Available',
      '--timeout=300s',
    ),
  );
}

/** Nothing here puts sidecars into pods, so no first step needs to wait for them: docs/performance.md */
const setFlags = (): Promise<string> =>
  kubectl(
    'patch',
    'configmap',
    TEKTON.flags,
    '--namespace',
    TEKTON.namespace,
    '--patch',
    '{"data": {"running-in-environment-with-injected-sidecars": "false"}}',
  );
