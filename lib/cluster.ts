import type { ClusterProps } from './fleet/cluster';

export type { ClusterProps };

/**
 * A cluster, as `clusters/<name>.ts` exports it by default. It renders nothing by itself: `synth` reads it as it reads
 * `clusters/<name>.yaml` with the same keys. Each field is described in docs/cluster.md.
 *
 * ```ts
 * export default new Cluster({ name: 'production-ci', imageRegistry: 'registry-eu.example.com', tektonVersion: '1.15' });
 * ```
 *
 * A misspelt field does not compile. `synth` reports other faults with file, line and field.
 */
export class Cluster {
  /** @param props the fields of the cluster */
  constructor(readonly props: ClusterProps) {}
}
