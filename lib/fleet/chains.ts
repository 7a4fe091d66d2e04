import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { RELEASE_KEYS } from './release-place';
import { secretStore } from './secrets';
import { labelName } from './site';
import type { TektonRelease } from './tekton-release';
import { clusterPart } from '../words/names';
import { literal, text } from '../words/scalars';

/**
 * `chains` of a cluster file: Tekton Chains signs where an image comes from, with a key that Git never holds.
 * https://tekton.dev/docs/chains/
 */

/** The public key itself, as people read it: the half that may be in Git. */
const publicKey = z
  .string()
  .refine((value) => !value.includes('PRIVATE KEY'), {
    error: 'is a private key: it must not be in Git. Remove it from the history, too, and make another',
    params: { expected: 'the public half, as cosign public-key prints it' },
    abort: true,
  })
  .refine(isPublicKey, { error: 'the value is malformed' })
  .meta({ expected: 'a public key in PEM, from BEGIN PUBLIC KEY to END PUBLIC KEY, as cosign public-key prints it' });

/** A certificate or another encoding would be read here, and not by cosign. */
function isPublicKey(pem: string): boolean {
  const body = (key: string): string => key.replace(/\s/g, '');
  try {
    return body(String(createPublicKey(pem).export({ type: 'spki', format: 'pem' }))) === body(pem);
  } catch {
    return false;
  }
}

/** How Chains is known to a KMS that does not know it by its account; `signers.kms.auth.<…>` of its settings. */
const KMS_AUTH = ['address', 'token-path', 'oidc.path', 'oidc.role', 'spire.sock', 'spire.audience'] as const;

/** A key that never leaves its service. https://docs.sigstore.dev/cosign/key_management/overview/ */
const kms = z.strictObject({
  key: z
    .string()
    .regex(/^(awskms|gcpkms|azurekms|hashivault):\/\/\S+$/)
    .meta({ expected: 'a key of a KMS, such as awskms:///alias/chains or hashivault://chains' }),
  /** How Chains is known to the KMS: `address`, `token-path`, `oidc.path`, `oidc.role`, `spire.sock`, `spire.audience`, as in `signers.kms.auth.…` of Chains. @default - none */
  auth: z.partialRecord(z.enum(KMS_AUTH), text).default({}),
  /** By which a cloud knows the account of Chains. @default - none */
  accountAnnotations: z.record(labelName, z.string()).default({}),
});

export const chainsSchema = z.strictObject({
  ...RELEASE_KEYS,
  /** Not with the operator, which brings a release of its own. @default - required */
  release: RELEASE_KEYS.release.optional(),
  publicKey,
  /** What provenance calls the builder; undefined: after the cluster. @default - `https://tekton-dag.io/clusters/<cluster>` */
  builder: literal.optional(),
  /** Undefined: the key is in the Secret that Chains has for it. @default - none */
  kms: kms.optional(),
  /** Undefined: somebody makes the Secret. @default - none */
  store: secretStore.optional(),
});
export type Chains = z.output<typeof chainsSchema>;

/** Chains of a release manifest, as a cluster file sets it. */
export interface ChainsInstall extends Chains {
  readonly manifest: TektonRelease;
}

/** Whose word is taken for where an image comes from. */
export interface Builder {
  readonly cluster: string;
  /** As provenance calls it. */
  readonly id: string;
  readonly publicKey: string;
  /** Whether its Chains is of a release: then it reads Secrets only where it is let. */
  readonly isOfRelease: boolean;
}

/** The builders among clusters, by what their files say. */
export const buildersOf = (
  clusters: readonly string[],
  chainsOf: (cluster: string) => Chains | undefined,
): readonly Builder[] =>
  clusters.flatMap((cluster) => {
    const chains = chainsOf(cluster);
    return chains === undefined ? [] : [builderOf(cluster, chains)];
  });

/** The builder that a cluster is. */
export const builderOf = (cluster: string, { builder, publicKey: key, release }: Chains): Builder => ({
  cluster,
  isOfRelease: release !== undefined,
  id: builder ?? `https://tekton-dag.io/clusters/${clusterPart(cluster)}`,
  publicKey: `${key.trim()}\n`,
});
