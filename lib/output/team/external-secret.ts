import type { Construct } from 'constructs';
import {
  ExternalSecret,
  ExternalSecretSpecDataRemoteRefConversionStrategy as Conversion,
  ExternalSecretSpecDataRemoteRefDecodingStrategy as Decoding,
  ExternalSecretSpecDataRemoteRefMetadataPolicy as RemoteMetadata,
  ExternalSecretSpecRefreshPolicy as RefreshPolicy,
  ExternalSecretSpecSecretStoreRefKind as StoreKind,
  ExternalSecretSpecTargetCreationPolicy as CreationPolicy,
  ExternalSecretSpecTargetDeletionPolicy as DeletionPolicy,
  ExternalSecretSpecTargetTemplateEngineVersion as EngineVersion,
  ExternalSecretSpecTargetTemplateMergePolicy as MergePolicy,
} from '../../../imports/external-secrets.io';
import type { SecretStore } from '../../fleet/team';
import type { Placed } from '../../kube/object';
import { object } from '../../kube/object';

/** What External Secrets makes a Secret of. */
export interface SecretSource {
  readonly store: Pick<SecretStore, 'name' | 'kind'>;
  /** The entry of the store. */
  readonly entry: string;
  readonly type: string;
  /** Properties of the entry, by the keys of the Secret. */
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Renders the ExternalSecret of a Secret. What the CRD would default is said, or Argo CD sees a difference for ever.
 * https://external-secrets.io/latest/api/externalsecret/
 */
export function externalSecret(
  scope: Construct,
  metadata: Placed,
  { store, entry, type, properties }: SecretSource,
): void {
  object(scope, ExternalSecret, metadata, {
    spec: {
      secretStoreRef: {
        name: store.name,
        kind: store.kind === 'SecretStore' ? StoreKind.SECRET_STORE : StoreKind.CLUSTER_SECRET_STORE,
      },
      refreshPolicy: RefreshPolicy.PERIODIC,
      refreshInterval: '1h0m0s',
      target: {
        name: metadata.name,
        creationPolicy: CreationPolicy.OWNER,
        deletionPolicy: DeletionPolicy.RETAIN,
        template: { type, engineVersion: EngineVersion.V2, mergePolicy: MergePolicy.REPLACE, metadata: {} },
      },
      data: Object.entries(properties).map(([secretKey, property]) => ({
        secretKey,
        remoteRef: {
          key: entry,
          property,
          conversionStrategy: Conversion.DEFAULT,
          decodingStrategy: Decoding.NONE,
          metadataPolicy: RemoteMetadata.NONE,
        },
      })),
    },
  });
}
