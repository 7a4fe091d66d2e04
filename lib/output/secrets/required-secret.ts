import type { SecretStore } from '../../fleet/secrets';
import { list } from '../../words/phrase';
import type { InstallationToken } from './installation-token';
import { mergeTokens } from './installation-token';

/** A Secret that what is emitted refers to, and how it comes to its cluster. Its value is never read here. */

export type SecretType = 'Opaque' | 'kubernetes.io/dockerconfigjson' | 'kubernetes.io/ssh-auth' | 'kubernetes.io/tls';

/** The key of a docker config, as its type wants it. https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets */
export const DOCKER_CONFIG = '.dockerconfigjson';

export interface RequiredSecret {
  readonly name: string;
  readonly namespace: string;
  /** Undefined: nobody asks which it is. */
  readonly type?: SecretType;
  /** None: all that there are. */
  readonly keys: readonly string[];
  /** Its keys are values of the same kind, and one of whatever name is enough. */
  readonly anyKey?: true;
  /** Hosts that a docker config has logins for; undefined: it is not known which. */
  readonly registries?: readonly string[];
  /** Of a certificate, the host that it is for. */
  readonly host?: string;
  readonly readBy: string;
  /** What works without it is said here. */
  readonly use: string;
  /** No setting needs it; mounted where it exists. */
  readonly optional: boolean;
  /** Undefined: a person makes it. */
  readonly store?: SecretStore;
  /** In place of `store`: External Secrets asks GitHub for it. */
  readonly token?: InstallationToken;
}

/** Each Secret once: one for two purposes, as a team that has one token says, is one. */
export function distinct(secrets: readonly RequiredSecret[]): readonly RequiredSecret[] {
  const found = new Map<string, RequiredSecret>();
  for (const secret of secrets) {
    const place = `${secret.namespace}/${secret.name}`;
    const other = found.get(place);
    found.set(place, other === undefined ? secret : both(other, secret));
  }
  return [...found.values()];
}

const both = (one: RequiredSecret, other: RequiredSecret): RequiredSecret => {
  const isWhole = one.keys.length === 0 || other.keys.length === 0;
  return {
    ...one,
    keys: isWhole ? [] : unique(one.keys, other.keys),
    readBy: unique(one.readBy.split('; '), [other.readBy]).join('; '),
    use: unique(one.use.split('; '), [other.use]).join('; '),
    registries: one.registries && other.registries && unique(one.registries, other.registries),
    optional: one.optional && other.optional,
    store: one.store ?? other.store,
    token: one.token && other.token ? mergeTokens(one.token, other.token) : (one.token ?? other.token),
  };
};

const unique = (one: readonly string[], other: readonly string[]): readonly string[] => [
  ...new Set([...one, ...other]),
];

/** Whether External Secrets makes it, or a person does. */
export const isMade = ({ store, token }: RequiredSecret): boolean => (token ?? store) !== undefined;

/** The entry of its store. */
export const entryOf = ({ name }: RequiredSecret, { path }: SecretStore): string => `${path}/${name}`;

/** Whether its entry holds user and password of one registry; a docker config for several is an entry as a whole. */
export const isLogin = ({ registries }: RequiredSecret): boolean => registries?.length === 1;

/** What is read of its entry: a property for each key, without dots, which a store may read as a path. None: all that there is. */
export const partsOf = (secret: RequiredSecret): readonly { readonly key: string; readonly property: string }[] =>
  isLogin(secret)
    ? ['username', 'password'].map((property) => ({ key: property, property }))
    : secret.keys.map((key) => ({ key, property: key.replace(/^\./, '').replaceAll('.', '-') }));

/** How External Secrets makes it, for a person; undefined where it does not. */
export function howMade(secret: RequiredSecret): string | undefined {
  const { store, token } = secret;
  if (token) {
    const rights = Object.entries(token.permissions).map(([what, access]) => `${access} ${what.replaceAll('_', ' ')}`);
    return `made by App ${token.app.id}, and renewed before it expires: ${list(rights, 'and')} of ${list(token.repositories, 'and')}`;
  }
  return store && `made of the entry ${entryOf(secret, store)} of store ${store.name}: ${propertiesOf(secret)}`;
}

/** What its store must hold; undefined where it is made otherwise. */
export const entryToFill = (secret: RequiredSecret): string | undefined =>
  secret.token || secret.store === undefined
    ? undefined
    : `${entryOf(secret, secret.store)} in ${secret.store.name}: ${propertiesOf(secret)}`;

function propertiesOf(secret: RequiredSecret): string {
  const names = partsOf(secret).map(({ property }) => property);
  if (names.length === 0) return 'a property for each variable';
  return `propert${names.length > 1 ? 'ies' : 'y'} ${list(names, 'and')}`;
}

/** Who asks the host is told to trust this certificate, so that it needs no other authority. */
const createCertificate = ({ name, namespace }: RequiredSecret, host: string): string =>
  [
    `openssl req -x509 -newkey rsa:4096 -nodes -days 365 -subj /CN=${name} -addext subjectAltName=DNS:${host} -keyout tls.key -out tls.crt`,
    `kubectl create secret tls ${name} --namespace=${namespace} --cert=tls.crt --key=tls.key`,
    'rm tls.key',
  ].join('\n');

/**
 * The commands that make it, a line each, for a shell: what is to be filled in is in angle brackets. Values come from files, or they would stay in
 * the history of the shell; what only two programs need to know is made at random.
 */
export function createSecret(secret: RequiredSecret): string {
  const { name, namespace, type = 'Opaque', keys, anyKey, host } = secret;
  if (host !== undefined) return createCertificate(secret, host);
  const typed = type === 'Opaque' ? '' : ` --type=${type}`;
  const create = `kubectl create secret generic ${name} --namespace=${namespace}${typed}`;
  if (anyKey) return `openssl rand -hex 32 | ${create} --from-file=${keys[0]}=/dev/stdin`;
  if (keys.length === 0) return `${create} --from-env-file='<file with a line NAME=value for each variable>'`;
  return [create, ...keys.map((key) => `--from-file=${key}='<${fileFor(key, secret)}>'`)].join(' ');
}

function fileFor(key: string, { registries }: RequiredSecret): string {
  if (key === DOCKER_CONFIG) return `config.json with ${registries ? list(registries, 'and') : 'the registry'}`;
  return `file with ${WORDS[key] ?? key}`;
}

const WORDS: Readonly<Record<string, string>> = {
  token: 'the token',
  'client-secret': 'the secret of the client',
  'private-key': 'the private key of the App',
  'ssh-privatekey': 'the private key',
  url: 'the URL',
  'access-key': 'the access key',
  'secret-key': 'the secret key',
};
