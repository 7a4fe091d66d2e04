import type { Manifest } from '../kube/manifest';
import { ApiError } from '../kube/api';
import type { KindRef } from '../kube/api';
import type { KubeClient, Resource } from '../kube/client';
import { InputError } from '../words/problem';

/** What the commands read from a cluster, and create there. */

/** A command lists so many kinds at once: few, compared with what the API server allows one client. */
const LISTS_AT_ONCE = 10;

/** An object that is to be created. */
interface NewObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
}

/** Creates an object. @returns its name, which the API server may have made */
export async function createObject(cluster: KubeClient, object: NewObject): Promise<string> {
  const { apiVersion, kind, metadata } = object;
  const resources = await explain(cluster, `cannot be asked for ${apiVersion}`, cluster.resources(apiVersion));
  const type = kindRef(apiVersion, kind, resources);
  if (type === undefined)
    throw new InputError([
      {
        file: cluster.server,
        message: `has no ${kind} of ${apiVersion}`,
        expected: 'its CustomResourceDefinition to be installed',
        severity: 'error',
      },
    ]);
  const created = await explain(
    cluster,
    `did not take the ${kind}`,
    cluster.create<Manifest>(type, metadata.namespace, object),
  );
  return created.metadata.name;
}

/** Lists what a cluster has of the kinds and namespaces of the given objects. This needs the right to list alone. */
export async function listLive(cluster: KubeClient, objects: readonly Manifest[]): Promise<readonly Manifest[]> {
  const versions = [...new Set(objects.map(({ apiVersion }) => apiVersion))];
  const resources = new Map(
    await Promise.all(
      versions.map(
        async (version) =>
          [version, await explain(cluster, `cannot be asked for ${version}`, cluster.resources(version))] as const,
      ),
    ),
  );
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
      const type = kindRef(apiVersion, kind, resources.get(apiVersion) ?? []);
      // the CustomResourceDefinition is not installed, so no object can exist
      if (type === undefined) continue;
      const { items } = await explain(
        cluster,
        `cannot be asked for ${type.plural} of ${apiVersion}${namespace === undefined ? '' : ` in namespace ${namespace}`}`,
        cluster.list<Manifest>(type, namespace),
      );
      // an element of a list does not say what it is
      found.push(...items.map((item) => ({ ...item, apiVersion, kind })));
    }
  };
  await Promise.all(Array.from({ length: LISTS_AT_ONCE }, work));
  return found;
}

function kindRef(apiVersion: string, kind: string, resources: readonly Resource[]): KindRef | undefined {
  const plural = resources.find((resource) => resource.kind === kind)?.name;
  return plural === undefined ? undefined : { apiVersion, plural };
}

/** Turns an error of the API server into one for a person, in the server's own words. */
const explain = <T>({ server }: KubeClient, what: string, answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    throw new InputError([{ file: server, message: `${what}: ${error.message}`, severity: 'error' }]);
  });
