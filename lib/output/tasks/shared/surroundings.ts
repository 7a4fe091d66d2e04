import { BlockList, isIP } from 'node:net';
import type { Team } from '../../../fleet/model';
import { PROXY_VARIABLES } from '../../../fleet/site';
import type { Site } from '../../../fleet/site';
import type { EveryStep } from '../../../tekton/every-step';
import { script } from './script';

/** How pods of ours reach what is outside the cluster: through its proxy, and with trust in its private authorities. */

const CA_FOLDER = '/etc/tekton-dag/ca';
const CA_FILE = 'ca.crt';

/** Registries are named by a host, with or without a port and a path. */
type Registries = readonly string[];

/**
 * The proxy as variables. Names and addresses inside the cluster are reached without it, and so is the API server, whose address
 * the kubelet puts in the place of the variable.
 */
export function proxyEnv({ proxy, domain }: Site, registries: Registries): Readonly<Record<string, string>> {
  if (proxy === undefined) return {};
  const direct = withoutProxy({ proxy, domain }, registries).join(',');
  const given = { http: proxy.http, https: proxy.https, noProxy: direct };
  return Object.fromEntries(
    (['http', 'https', 'noProxy'] as const).flatMap((key) => {
      const value = given[key];
      return value === undefined ? [] : PROXY_VARIABLES[key].map((name) => [name, value]);
    }),
  );
}

function withoutProxy(
  { proxy, domain }: { readonly proxy: NonNullable<Site['proxy']>; readonly domain: string },
  registries: Registries,
): readonly string[] {
  const inside = registries.map(hostOf).filter((host) => isInside(host, domain));
  const given = proxy.noProxy.map((entry) => entry.replace(/^\*\./, '.'));
  const own = ['localhost', '127.0.0.1', '::1', '.svc', `.${domain}`, '$(KUBERNETES_SERVICE_HOST)'];
  return [...new Set([...own, ...inside, ...given])];
}

const hostOf = (registry: string): string => registry.split(/[:/]/, 1)[0]!;

const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv4');

/** A host that no proxy outside knows: a name within the cluster, one without a dot, or a private address. */
const isInside = (host: string, domain: string): boolean =>
  isIP(host) > 0
    ? PRIVATE.check(host)
    : !host.includes('.') || ['.svc', `.${domain}`].some((end) => host.endsWith(end));

/** Java reads no such variables, but properties, and Maven's resolver reads those only where it is told to. */
function javaProxy({ proxy, domain }: Site, registries: Registries): Readonly<Record<string, string>> {
  if (proxy === undefined) return {};
  const ofScheme = (scheme: 'http' | 'https'): readonly string[] => {
    const address = proxy[scheme];
    if (address === undefined) return [];
    const { hostname, port, protocol } = new URL(address);
    return [
      `-D${scheme}.proxyHost=${hostname}`,
      `-D${scheme}.proxyPort=${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`,
    ];
  };
  // it knows neither networks nor a domain by its dot alone
  const direct = withoutProxy({ proxy, domain }, registries)
    .filter((entry) => !entry.includes('/'))
    .map((entry) => (entry.startsWith('.') ? `*${entry}` : isIP(entry) === 6 ? `[${entry}]` : entry));
  const properties = [
    ...ofScheme('http'),
    ...ofScheme('https'),
    `-Dhttp.nonProxyHosts=${direct.join('|')}`,
    '-Daether.connector.http.useSystemProperties=true',
    '-Daether.transport.apache.useSystemProperties=true',
  ];
  return { JAVA_TOOL_OPTIONS: properties.join(' ') };
}

/** The bundle as a volume. @param optional whether the pod begins without it, and says itself what is missing */
export function caVolume({ caBundle }: Site, optional: boolean) {
  if (caBundle === undefined) return undefined;
  const { configMap, secret, key } = caBundle;
  const items = [{ key, path: CA_FILE }];
  const volume =
    secret === undefined
      ? { name: 'ca', configMap: { name: configMap ?? '', optional, items } }
      : { name: 'ca', secret: { secretName: secret, optional, items } };
  return { volume, mount: { name: 'ca', mountPath: CA_FOLDER, readOnly: true }, file: `${CA_FOLDER}/${CA_FILE}` };
}

/** What whoever runs the cluster puts into each namespace that is to trust its authorities, unless it is a Secret. */
export const caConfigMaps = ({ caBundle }: Pick<Site, 'caBundle'>) =>
  caBundle?.configMap === undefined ? [] : [{ kind: 'ConfigMap', name: caBundle.configMap, key: caBundle.key }];

/** What every step of a team's Tasks is given on its cluster. */
export function surroundings({
  site,
  pushRegistry,
  cacheRepo,
}: Pick<Team, 'site' | 'pushRegistry' | 'cacheRepo'>): EveryStep {
  const registries = [pushRegistry, cacheRepo];
  const ca = caVolume(site, true);
  const { configMap, secret, key } = site.caBundle ?? {};
  return {
    env: {
      ...proxyEnv(site, registries),
      ...javaProxy(site, registries),
      ...(ca && {
        CA_BUNDLE: ca.file,
        CA_SOURCE: `key ${key} of ${secret === undefined ? `ConfigMap ${configMap}` : `Secret ${secret}`}`,
      }),
    },
    volumes: ca ? [ca.volume] : [],
    mounts: ca ? [ca.mount] : [],
    prelude: ca && script('shell/trust.sh'),
    withSecrets: { prelude: script('shell/mask.sh'), folders: 'MASKED' },
  };
}
