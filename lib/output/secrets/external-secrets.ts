import type { Construct } from 'constructs';
import {
  ExternalSecret,
  ExternalSecretSpecDataFromExtractConversionStrategy as ExtractConversion,
  ExternalSecretSpecDataFromExtractDecodingStrategy as ExtractDecoding,
  ExternalSecretSpecDataFromExtractMetadataPolicy as ExtractMetadata,
  ExternalSecretSpecDataFromSourceRefGeneratorRefKind as GeneratorKind,
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
import type { ExternalSecretSpec } from '../../../imports/external-secrets.io';
import { GithubAccessToken } from '../../../imports/generators.external-secrets.io';
import type { SecretStore } from '../../fleet/secrets';
import type { Placed } from '../../kube/object';
import { object } from '../../kube/object';
import type { InstallationToken } from './installation-token';
import type { RequiredSecret } from './required-secret';
import { DOCKER_CONFIG, entryOf, isLogin, partsOf } from './required-secret';
import { APP_KEY } from './table';

/**
 * Renders an ExternalSecret for each Secret that External Secrets makes, of an entry of a store or of a token that GitHub gives, and
 * nothing for those that people make. What the CRD would default is said, or Argo CD sees a difference for ever.
 * https://external-secrets.io/latest/api/externalsecret/
 * @param metadata what each has beside its name, such as the wave in which it is made
 */
export function externalSecrets(
  scope: Construct,
  secrets: readonly RequiredSecret[],
  metadata: Pick<Placed, 'annotations'> = {},
): void {
  for (const secret of secrets) {
    const { name, namespace, store, token } = secret;
    if (token) generator(scope, { name, namespace }, token);
    const source = token ? ofToken(name) : store && ofStore(secret, store);
    if (source === undefined) continue;
    object(
      scope,
      ExternalSecret,
      { name, namespace, ...metadata },
      {
        spec: {
          ...source,
          refreshPolicy: RefreshPolicy.PERIODIC,
          target: {
            name,
            creationPolicy: CreationPolicy.OWNER,
            deletionPolicy: DeletionPolicy.RETAIN,
            template: {
              type: secret.type,
              data: templateOf(secret),
              engineVersion: EngineVersion.V2,
              mergePolicy: MergePolicy.REPLACE,
              metadata: {},
            },
          },
        },
      },
    );
  }
}

type Source = Pick<ExternalSecretSpec, 'secretStoreRef' | 'refreshInterval' | 'data' | 'dataFrom'>;

function ofStore(secret: RequiredSecret, store: SecretStore): Source {
  const entry = entryOf(secret, store);
  const parts = partsOf(secret);
  return {
    secretStoreRef: {
      name: store.name,
      kind: store.kind === 'SecretStore' ? StoreKind.SECRET_STORE : StoreKind.CLUSTER_SECRET_STORE,
    },
    refreshInterval: '1h0m0s',
    ...(parts.length === 0
      ? { dataFrom: [{ extract: whole(entry) }] }
      : { data: parts.map(({ key, property }) => ({ secretKey: key, remoteRef: part(entry, property) })) }),
  };
}

const whole = (key: string) => ({
  key,
  conversionStrategy: ExtractConversion.DEFAULT,
  decodingStrategy: ExtractDecoding.NONE,
  metadataPolicy: ExtractMetadata.NONE,
});
const part = (key: string, property: string) => ({
  key,
  property,
  conversionStrategy: Conversion.DEFAULT,
  decodingStrategy: Decoding.NONE,
  metadataPolicy: RemoteMetadata.NONE,
});

/**
 * A docker config of user and password: registries ask for no more, and skopeo and buildah read `auth` alone.
 * https://external-secrets.io/latest/guides/templating/
 */
const templateOf = (secret: RequiredSecret): Record<string, string> | undefined =>
  isLogin(secret)
    ? {
        [DOCKER_CONFIG]: `{"auths":{${JSON.stringify(secret.registries?.[0])}:{"auth":"{{ printf "%s:%s" .username .password | b64enc }}"}}}`,
      }
    : undefined;

/** GitHub's tokens live for an hour, and the former one goes on until then: a pod that starts has one for half of it at least. */
const ofToken = (name: string): Source => ({
  refreshInterval: '30m0s',
  dataFrom: [
    {
      sourceRef: {
        generatorRef: {
          apiVersion: GithubAccessToken.GVK.apiVersion,
          kind: GeneratorKind.GITHUB_ACCESS_TOKEN,
          name,
        },
      },
    },
  ],
});

/**
 * Renders what asks GitHub for a token. The private key of the App stays in its Secret, which has to be in the same namespace.
 * https://external-secrets.io/latest/api/generator/github/
 */
function generator(
  scope: Construct,
  metadata: { readonly name: string; readonly namespace: string },
  { app, permissions, repositories }: InstallationToken,
): void {
  object(scope, GithubAccessToken, metadata, {
    spec: {
      appId: String(app.id),
      installId: String(app.installationId),
      url: app.apiURL,
      permissions: { ...permissions },
      repositories: [...repositories],
      auth: { privateKey: { secretRef: { name: app.secret, key: APP_KEY } } },
    },
  });
}
