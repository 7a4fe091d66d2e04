import { siteVariables } from '../site';
import type { App, Team } from '../model';
import type { Document } from '../document';
import type { Problem } from '../../words/problem';

/** A variable of a build that replaces one by which the cluster leads programs outside, or says whom they trust. */
export const checkBuildVariables = (
  { cluster, site }: Pick<Team, 'cluster' | 'site'>,
  { build }: App,
  index: number,
  document: Document,
): Problem[] =>
  Object.entries(siteVariables(site)).flatMap(([name, key]) =>
    Object.hasOwn(build.env, name)
      ? [
          document.warning(
            ['apps', index, 'build', 'env', name],
            `replaces what ${key} of cluster ${cluster} sets in every step: leave it out, unless this build needs another`,
          ),
        ]
      : [],
  );
