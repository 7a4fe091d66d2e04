import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { ApiError } from '../../../lib/kube/api';
import type { KindRef, KubeApi } from '../../../lib/kube/api';
import { ARGOCD_NAMESPACE, teamApplication } from '../../../lib/words/names';

/** Of which commit the objects of a team are, by Argo CD's own word. Most orchestrators may not read that, and then nobody knows. */

export const APPLICATIONS: KindRef = { apiVersion: 'argoproj.io/v1alpha1', plural: 'applications' };

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#applications */
interface Application {
  readonly spec?: { readonly destination?: { readonly name?: string; readonly namespace?: string } };
  readonly status?: { readonly sync?: { readonly status?: string; readonly revision?: string } };
}

/** The commit that the cluster is at; undefined: nobody knows. It never fails, since no run waits for it. */
export type SyncedCommit = (team: TeamConfig) => Promise<string | undefined>;

/** Whoever has no right is not refused it at each run. */
const ASKED_AGAIN_MS = 600_000;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** @param now in milliseconds */
export function syncedCommits(api: Pick<KubeApi, 'get'>, now: () => number): SyncedCommit {
  const notBefore = new Map<string, number>();
  return async (team) => {
    if ((notBefore.get(team.name) ?? 0) > now()) return undefined;
    try {
      const application = await applicationOf(api, team);
      if (application === undefined) notBefore.set(team.name, now() + ASKED_AGAIN_MS);
      return application && commitOf(application);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      notBefore.set(team.name, now() + ASKED_AGAIN_MS);
      return undefined;
    }
  };
}

/** On its first cluster an application has the name of the team alone; Argo CD on this cluster may be that of another one. */
async function applicationOf(
  api: Pick<KubeApi, 'get'>,
  { name, cluster, namespace }: TeamConfig,
): Promise<Application | undefined> {
  for (const own of [teamApplication(name), teamApplication(name, cluster)]) {
    const found = await api.get<Application>(APPLICATIONS, ARGOCD_NAMESPACE, own);
    const { destination } = found?.spec ?? {};
    if (destination?.name === cluster && destination.namespace === namespace) return found;
  }
  return undefined;
}

/** While it brings the next commit, or somebody has changed something, the cluster is at none. */
const commitOf = ({ status }: Application): string | undefined => {
  const { status: state, revision = '' } = status?.sync ?? {};
  return state === 'Synced' && COMMIT.test(revision) ? revision : undefined;
};
