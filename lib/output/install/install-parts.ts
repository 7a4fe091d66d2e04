import type { Cluster } from '../../fleet/cluster';
import type { ObjectsPart } from '../layout';
import { INSTALL_FILES, YAML, folderOf, installFileName } from '../layout';
import { tektonObjects } from './tekton';

/** What each cluster that says so installs before a team arrives: a part for each step of it. */
export const installParts = (clusters: readonly Cluster[]): readonly ObjectsPart[] =>
  clusters.flatMap(({ name, tekton }) => {
    if (tekton === undefined) return [];
    const objects = tektonObjects(tekton);
    return INSTALL_FILES.map((file) => ({
      folder: folderOf('install', { cluster: name }),
      file: `${installFileName(file)}${YAML}`,
      owner: 'platform' as const,
      clusters: [name],
      objects: objects.get(file) ?? [],
      existing: [],
      isForeign: true,
    })).filter((part) => part.objects.length > 0);
  });
