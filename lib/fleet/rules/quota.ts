import type { Document } from '../document';
import type { App, Team } from '../model';
import { isForeignNamespace } from '../model';
import type { Problem } from '../../words/problem';
import { amount } from '../../words/scalars';

/** A pod of a run that requests more than its namespace may never starts, and Tekton waits for it until the run ends. */
export function aboveQuota(team: Team, app: App, index: number, document: Document): Problem[] {
  if (team.isDeployOnly || isForeignNamespace(team.namespace)) return [];
  const { name, cluster, quota } = team;
  return (['build', 'tests'] as const).flatMap((part) =>
    (['cpu', 'memory'] as const).flatMap((kind) => {
      const [request, most] = [app[part].resources?.requests?.[kind], quota?.[kind]];
      // further steps of the pod request some as well
      if (request === undefined || most === undefined || amount(request) < amount(String(most))) return [];
      return [
        document.error(
          ['apps', index, part, 'resources', 'requests', kind],
          `the pod would never start: all pods of team ${name} on ${cluster} together may request ${most} (quota.${kind})`,
          { found: request, expected: `less than ${most}` },
        ),
      ];
    }),
  );
}
