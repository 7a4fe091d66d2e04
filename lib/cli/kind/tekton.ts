import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { TEKTON } from '../../words/names';
import { during } from '../terminal';
import { kubectl } from './kubectl';

/** Tekton, in the release whose CRDs imports/ is generated from. */

/** Installs Tekton and waits for it. @returns its version */
export async function installTekton(): Promise<string> {
  const { address, version } = tektonRelease();
  await during(
    `install Tekton ${version}`,
    kubectl('apply', '--server-side', '--force-conflicts', '--filename', address),
  );
  // nothing here puts sidecars into pods, so no first step needs to wait for them: docs/performance.md
  await kubectl(
    'patch',
    'configmap',
    TEKTON.flags,
    '--namespace',
    TEKTON.namespace,
    '--patch',
    '{"data": {"running-in-environment-with-injected-sidecars": "false"}}',
  );
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
  return version;
}

function tektonRelease(): { readonly address: string; readonly version: string } {
  const { imports } = load(readFileSync(join(__dirname, '../../../cdk8s.yaml'), 'utf8')) as { imports: string[] };
  const address = imports.find((each) => each.includes('/tekton-releases/pipeline/')) as string;
  return { address, version: /v(\d+\.\d+\.\d+)/.exec(address)?.[1] as string };
}
