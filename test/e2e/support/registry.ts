/** The registry, as the cluster's nodes call it: `manifest` asks for one, `tags` lists those of a repository. */

/** @param reference `host:port/path:tag` or `…@sha256:…` */
export async function manifest(reference: string): Promise<{ readonly status: number; readonly digest?: string }> {
  const [, host, path, version] = /^([^/]+)\/(.+?)(?:@|:(?=[^/]*$))(.+)$/.exec(reference) ?? [];
  const accept = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'].join(', ');
  const { status, headers } = await fetch(`http://${host}/v2/${path}/manifests/${version}`, { method: 'HEAD', headers: { accept } });
  return { status, digest: headers.get('docker-content-digest') ?? undefined };
}

/** @param repository `host:port/path` */
export async function tags(repository: string): Promise<readonly string[]> {
  const slash = repository.indexOf('/');
  const response = await fetch(`http://${repository.slice(0, slash)}/v2${repository.slice(slash)}/tags/list`);
  return response.ok ? ((await response.json()) as { tags: string[] | null }).tags ?? [] : [];
}
