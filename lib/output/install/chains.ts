import type { ChainsInstall, Chains } from '../../fleet/chains';
import { builderOf } from '../../fleet/chains';
import type { ClusterFile } from '../../fleet/cluster';
import type { Team } from '../../fleet/model';
import { inOrder } from '../../kube/in-order';
import type { Manifest } from '../../kube/manifest';
import { ANNOTATIONS } from '../../words/labels';
import { CHAINS } from '../../words/names';
import { annotated, dataOf, specOf, withArgs, withContainer } from './tekton';

/**
 * Tekton Chains, whether the operator or a release installs it. It signs the provenance of a TaskRun, beside the image that it is
 * about; docs/decisions/provenance-of-the-push.md says why of TaskRuns, and why nothing else.
 * https://tekton.dev/docs/chains/config/
 */

/** What Chains is set to, by its own names: in ConfigMap `chains-config` of a release, in `spec.chain` of the operator. */
export function chainsSettings(
  { name, insecureRegistry }: Pick<ClusterFile, 'name' | 'insecureRegistry'>,
  chains: Chains,
): Readonly<Record<string, string>> {
  const signer = chains.kms ? 'kms' : 'x509';
  return {
    // SLSA 1.0; of its formats the one that the operator takes, too
    'artifacts.taskrun.format': 'slsa/v2alpha3',
    'artifacts.taskrun.storage': 'oci',
    'artifacts.taskrun.signer': signer,
    // off: its key would be asked for
    'artifacts.pipelinerun.storage': '',
    'artifacts.pipelinerun.signer': signer,
    'artifacts.oci.storage': '',
    'artifacts.oci.signer': signer,
    'builder.id': builderOf(name, chains).id,
    'transparency.enabled': 'false',
    ...(chains.kms && { 'signers.kms.kmsref': chains.kms.key }),
    ...Object.fromEntries(
      Object.entries(chains.kms?.auth ?? {}).map(([key, value]) => [`signers.kms.auth.${key}`, value]),
    ),
    ...(insecureRegistry === true && { [INSECURE]: 'true' }),
  };
}

const INSECURE = 'storage.oci.repository.insecure';

/**
 * `spec.chain` of a TektonConfig: the same, one of them in another type. That the operator makes no key is not said: its webhook
 * leaves `generateSigningSecret: false` out, and Argo CD would see a difference for ever.
 * https://tekton.dev/docs/operator/tektonchain/
 */
export const chainSpec = (file: ClusterFile, chains: Chains): object => ({
  disabled: false,
  ...chainsSettings(file, chains),
  ...(file.insecureRegistry === true && { [INSECURE]: true }),
});

/**
 * Chains of a release manifest: what the release says stands, but that Chains looks at the namespaces of the cluster's teams
 * alone, and reads Secrets only where a team's objects let it.
 */
export function chainsObjects(
  file: ClusterFile,
  install: ChainsInstall,
  teams: readonly Pick<Team, 'namespace'>[],
): readonly Manifest[] {
  const edits: Readonly<Record<string, (object: Manifest) => Manifest>> = {
    [`ConfigMap ${CHAINS.config}`]: (object) => ({
      ...object,
      data: { ...dataOf(object), ...chainsSettings(file, install) },
    }),
    [`Deployment ${CHAINS.controller}`]: (object) => watching(object, teams),
    [`ServiceAccount ${CHAINS.controller}`]: (object) => annotated(object, install.kms?.accountAnnotations ?? {}),
  };
  return install.manifest.objects
    .filter((object) => !isLeftOut(object, install))
    .map((object) => {
      const edited = edits[`${object.kind} ${object.metadata.name}`]?.(object) ?? object;
      return inOrder(annotated(edited, { [ANNOTATIONS.syncWave]: WAVE }));
    });
}

/** After Tekton Pipelines, whose kinds it watches. */
const WAVE = '0';

/** What lets Chains read every Secret; and the empty Secret of the release, in the way of the one with the key. */
const isLeftOut = ({ kind, metadata: { name } }: Manifest, { kms }: Chains): boolean =>
  (kind === 'ClusterRoleBinding' && name === CHAINS.tenantAccess) ||
  (kind === 'Secret' && name === CHAINS.signingSecret && kms === undefined);

function watching(object: Manifest, teams: readonly Pick<Team, 'namespace'>[]): Manifest {
  const namespaces = [...new Set(teams.map(({ namespace }) => namespace))].sort();
  if (namespaces.length === 0) return object;
  return {
    ...object,
    spec: withContainer(specOf(object), CHAINS.controller, (container) =>
      withArgs(container, [`-namespace=${namespaces.join(',')}`]),
    ),
  };
}
