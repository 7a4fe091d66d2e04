/** The registry, as the cluster's nodes call it: `manifest` asks for one, `tags` lists those of a repository, `plant` moves a tag, `removeImages` deletes. */

/** A registry that is not told of a format writes the image in one that nobody pushes any more. */
const OF_ONE_PLATFORM =
  'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';

/** @param reference `host:port/path:tag` or `…@sha256:…` */
export async function manifest(reference: string): Promise<{ readonly status: number; readonly digest?: string }> {
  const [, host, path, version] = /^([^/]+)\/(.+?)(?:@|:(?=[^/]*$))(.+)$/.exec(reference) ?? [];
  const accept = `${OF_ONE_PLATFORM}, application/vnd.oci.image.index.v1+json`;
  const { status, headers } = await fetch(`http://${host}/v2/${path}/manifests/${version}`, {
    method: 'HEAD',
    headers: { accept },
  });
  return { status, digest: headers.get('docker-content-digest') ?? undefined };
}

/** @param repository `host:port/path` */
export async function tags(repository: string): Promise<readonly string[]> {
  const slash = repository.indexOf('/');
  const response = await fetch(`http://${repository.slice(0, slash)}/v2${repository.slice(slash)}/tags/list`);
  return response.ok ? (((await response.json()) as { tags: string[] | null }).tags ?? []) : [];
}

/**
 * Lets a tag mean another image, as anybody can who may push there: the same layers, but not the same digest.
 * @param repository `host:port/path`
 */
export async function plant(repository: string, tag: string): Promise<void> {
  const slash = repository.indexOf('/');
  const url = `http://${repository.slice(0, slash)}/v2${repository.slice(slash)}/manifests/${tag}`;
  const found = await fetch(url, { headers: { accept: OF_ONE_PLATFORM } });
  const image = (await found.json()) as object;
  const { status } = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': found.headers.get('content-type') ?? '' },
    body: JSON.stringify({ ...image, annotations: { planted: 'yes' } }),
  });
  if (status !== 201) throw new Error(`PUT ${url}: ${status}`);
}

/**
 * Gives an image a further name at its registry, without its bytes.
 * @param from `host:port/path:tag` @param path of the new name @param tag of it
 */
export async function nameImage(from: string, path: string, tag: string): Promise<void> {
  const slash = from.indexOf('/');
  const colon = from.lastIndexOf(':');
  const [api, old] = [`http://${from.slice(0, slash)}/v2`, from.slice(slash + 1, colon)];
  const found = await fetch(`${api}/${old}/manifests/${from.slice(colon + 1)}`, {
    headers: { accept: OF_ONE_PLATFORM },
  });
  const text = await found.text();
  const { config, layers } = JSON.parse(text) as Record<'config', Blob> & { readonly layers: readonly Blob[] };
  for (const { digest } of [config, ...layers]) {
    const mounted = await fetch(`${api}/${path}/blobs/uploads/?mount=${digest}&from=${old}`, { method: 'POST' });
    if (mounted.status !== 201) throw new Error(`${digest} of ${from} cannot be mounted: ${mounted.status}`);
  }
  const type = found.headers.get('content-type') ?? '';
  const put = await fetch(`${api}/${path}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body: text,
  });
  if (put.status !== 201) throw new Error(`PUT ${path}:${tag}: ${put.status}`);
}
interface Blob {
  readonly digest: string;
}

/** Paths of all repositories. https://distribution.github.io/distribution/spec/api/#listing-repositories */
async function repositories(host: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let last = ''; ;) {
    const page = await fetch(`http://${host}/v2/_catalog?n=1000&last=${encodeURIComponent(last)}`);
    const { repositories: names } = (await page.json()) as { repositories: string[] | null };
    found.push(...(names ?? []));
    if (!page.headers.has('link')) return found;
    last = found.at(-1) ?? '';
  }
}

/**
 * Removes the images of all repositories whose path begins so; the registry's next garbage collection frees their space.
 * @throws if the registry is gone, or lets nobody delete
 */
export async function removeImages(host: string, prefix: string): Promise<void> {
  for (const path of (await repositories(host)).filter((name) => name.startsWith(prefix))) {
    const digests = await Promise.all(
      (await tags(`${host}/${path}`)).map(async (tag) => (await manifest(`${host}/${path}:${tag}`)).digest),
    );
    for (const digest of new Set(digests.filter((each) => each !== undefined))) {
      const url = `http://${host}/v2/${path}/manifests/${digest}`;
      const { status } = await fetch(url, { method: 'DELETE' });
      if (status !== 202 && status !== 404) throw new Error(`DELETE ${url}: ${status}`);
    }
  }
}
