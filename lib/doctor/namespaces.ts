import type { Team } from '../fleet/model';
import type { Manifest } from '../kube/manifest';
import { podSecurity } from '../fleet/pod-security';
import { namespacesOf } from '../output/team/namespace';
import { SHARED_NAMESPACE, WEBHOOK_ROUTER } from '../words/names';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { judged } from './reading';
import type { Wanted } from './wanted';
import { applyOrchestrator } from './wanted';

/** The namespaces exist, and each enforces a Pod Security level under which its pods are admitted. */

const found = findings('namespaces');
const ENFORCE = 'pod-security.kubernetes.io/enforce';
/** From the one that admits all to the strictest. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const LEVELS: readonly string[] = ['privileged', 'baseline', 'restricted'];

/** A namespace, the strictest level under which its pods run, and how it is made. */
export interface NamespaceWanted {
  readonly name: string;
  readonly level: string;
  /** Whether synth makes it, and with it the label. */
  readonly isOurs: boolean;
  readonly remedy: string;
}

/** Those of the teams, and those of the orchestrator and of the router of the cluster. */
export function namespacesWanted({ teams, objects, apply, cluster }: Wanted): readonly NamespaceWanted[] {
  const emitted = new Set(objects.flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : [])));
  const ofTeam = (team: Team): readonly NamespaceWanted[] =>
    namespacesOf(team).map((name) => {
      const isOurs = emitted.has(name);
      const remedy = isOurs ? apply.get(team)! : `kubectl create namespace ${name}`;
      return { name, level: podSecurity(team, name), isOurs, remedy };
    });
  return [
    ...teams.flatMap(ofTeam),
    ...[SHARED_NAMESPACE, WEBHOOK_ROUTER]
      .filter((name) => emitted.has(name))
      .map((name) => ({ name, level: 'restricted', isOurs: true, remedy: applyOrchestrator(cluster) })),
  ];
}

export const checkNamespace = (
  { name, level, isOurs, remedy }: NamespaceWanted,
  read: Read<Manifest | undefined>,
): readonly Finding[] => {
  const subject = `Namespace ${name}`;
  return judged('namespaces', subject, read, (live) => {
    if (live === undefined) return [found('error', subject, 'is missing', remedy)];
    const enforced = live.metadata.labels?.[ENFORCE];
    const label = `kubectl label namespace ${name} --overwrite ${ENFORCE}=${level}`;
    if (enforced === undefined)
      return isOurs
        ? [found('warning', subject, `has no label ${ENFORCE}, and synth gives it ${level}`, remedy)]
        : [
            found(
              'note',
              subject,
              `has no label ${ENFORCE}: the cluster's own default holds, and ${level} must be allowed`,
              label,
            ),
          ];
    // whoever has set another value owns the label, and an apply would stop at the conflict
    if (LEVELS.indexOf(enforced) > LEVELS.indexOf(level))
      return [found('error', subject, `enforces Pod Security ${enforced}, and pods of ours need ${level}`, label)];
    return LEVELS.indexOf(enforced) < LEVELS.indexOf(level) && isOurs
      ? [found('warning', subject, `enforces Pod Security ${enforced}, and synth gives it ${level}`, label)]
      : [];
  });
};
