import type { Manifest } from '../kube/manifest';
import type { Cluster } from './cluster';
import { connect, getJson } from './cluster';

/** Requests at once: few beside what the API server allows one client. */
const AT_ONCE = 10;

/** What the cluster of KUBECONFIG has of the kinds and namespaces of the given objects. Needs the right to list, no other. */
export async function listLive(
  objects: readonly Manifest[],
): Promise<{ readonly server: string; readonly objects: readonly Manifest[] }> {
  const cluster = await connect();
  const plurals = await pluralsOf(cluster, new Set(objects.map(({ apiVersion }) => apiVersion)));
  const lists = [
    ...new Map(
      objects.map(({ apiVersion, kind, metadata: { namespace } }) => [
        `${apiVersion} ${kind} ${namespace}`,
        { apiVersion, kind, namespace },
      ]),
    ).values(),
  ];
  const found: Manifest[] = [];
  const work = async (): Promise<void> => {
    for (let next = lists.shift(); next !== undefined; next = lists.shift()) {
      const { apiVersion, kind, namespace } = next;
      const plural = plurals.get(`${apiVersion} ${kind}`);
      // no such kind: its CustomResourceDefinition is not installed
      if (plural === undefined) continue;
      const path = `${pathOf(apiVersion)}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}`;
      const { items = [] } = (await get<{ items: Manifest[] }>(cluster, path)) ?? {};
      // an element of a list does not say what it is
      found.push(...items.map((item) => ({ ...item, apiVersion, kind })));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { server: cluster.server, objects: found };
}

const pathOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** `v1 Service` → `services`. */
async function pluralsOf(cluster: Cluster, versions: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const plurals = await Promise.all(
    [...versions].map(async (version) => {
      const { resources = [] } =
        (await get<{ resources: { kind: string; name: string }[] }>(cluster, pathOf(version))) ?? {};
      // `services/status` is of kind Service, too
      return resources
        .filter(({ name }) => !name.includes('/'))
        .map(({ kind, name }) => [`${version} ${kind}`, name] as const);
    }),
  );
  return new Map(plurals.flat());
}

const get = <T>(cluster: Cluster, path: string): Promise<T | undefined> =>
  getJson<T>(cluster, path).catch((error: unknown) => {
    throw cluster.failure(`cannot be asked for ${path}`, error);
  });
