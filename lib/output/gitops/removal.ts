import { ANNOTATIONS } from '../../words/labels';
import type { RemovalPolicy } from '../../fleet/team';
import type { Manifest } from '../../kube/manifest';

/** What goes with its data, or with all that is in it. */
const KEEPS = new Set(['Namespace', 'PersistentVolumeClaim']);
/** One object that waits holds back the deletion of its whole application, so what serves is enough. */
const SERVES = new Set(['Deployment', 'Pipeline']);

/**
 * How Argo CD is told what to do with an object once Git no longer has it: `Prune` when the object is gone from an application
 * that stays, `Delete` when the application itself goes.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
 */
function syncOptions(removal: RemovalPolicy, kind: string): string | undefined {
  if (removal === 'orphan') return KEEPS.has(kind) ? 'Delete=false,Prune=false' : 'Delete=false';
  if (removal === 'confirm' && KEEPS.has(kind)) return 'Delete=confirm,Prune=confirm';
  if (removal === 'confirm' && SERVES.has(kind)) return 'Delete=confirm';
  return undefined;
}

/** The object as a team's removal policy wants it. With `cascade`, as it is. */
export function withRemoval(manifest: Manifest, removal: RemovalPolicy): Manifest {
  const options = syncOptions(removal, manifest.kind);
  if (options === undefined) return manifest;
  const own = manifest.metadata.annotations?.[ANNOTATIONS.syncOptions];
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      annotations: {
        ...manifest.metadata.annotations,
        [ANNOTATIONS.syncOptions]: own === undefined ? options : `${own},${options}`,
      },
    },
  };
}
