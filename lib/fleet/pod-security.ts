import type { Team } from './model';
import { podSecurityLevel } from './team';

/** A level of the Pod Security Standards that our pods need. */
export type PodSecurity = 'baseline' | 'privileged';

/** Whether a namespace is the one in which the pipelines of a team run. */
export const hasRuns = ({ isDeployOnly, namespace: own }: Team, namespace: string): boolean =>
  !isDeployOnly && namespace === own;

/**
 * The level that a namespace's pods need: `baseline`, but where the runs are for rootless BuildKit (Unconfined seccomp and
 * AppArmor) and for builds without seccomp, and for the agents of mirrord (NET_ADMIN, SYS_PTRACE, host PID) and Telepresence (NET_ADMIN, a device of
 * the host) where the apps are.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurity(team: Team, namespace: string): PodSecurity {
  const runs = hasRuns(team, namespace) && podSecurityLevel(team.build.backend, team.site) === 'privileged';
  const apps = team.environments.includes(namespace) && ['mirrord', 'telepresence'].includes(team.interceptBackend);
  return runs || apps ? 'privileged' : 'baseline';
}
