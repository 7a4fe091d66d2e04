import type { Team } from '../../fleet/model';
import type { Problem } from '../../words/problem';
import type { ObjectsPart } from '../layout';
import { inRepository, pathOf } from '../layout';
import type { GroupKind } from './project';
import { groupKindOf, kinds, kindsOf } from './project';

/** Objects that a team's `customize` makes of kinds that synth does not: Argo CD applies what the team's project lists. */

/**
 * What `customize` must not put into a team's files, whatever it is for: who may do what, how much, Secrets, and what runs
 * beside Tekton. Argo CD would apply it with rights that no team has.
 */
const NEVER_OF_TEAMS: readonly GroupKind[] = [
  ...kinds('', 'Secret', 'Pod', 'ServiceAccount', 'ResourceQuota', 'LimitRange', 'Namespace'),
  ...kinds('tekton.dev', 'PipelineRun', 'TaskRun', 'CustomRun'),
  ...kinds('tekton-dag.io', 'RunRequest'),
  ...kinds('networking.k8s.io', 'NetworkPolicy'),
];
/** Groups of which no kind is a team's. */
const NEVER_GROUPS = [
  'rbac.authorization.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'argoproj.io',
  'external-secrets.io',
  'generators.external-secrets.io',
];

/**
 * Kinds of a team's parts that its project, or the platform's, does not list: those that extend it, and what is refused.
 * @param customizers the files whose code changes objects of the team
 */
export function furtherKinds(
  team: Team,
  parts: readonly ObjectsPart[],
  customizers: readonly string[] = [],
): { readonly kinds: readonly GroupKind[]; readonly problems: readonly Problem[] } {
  const found = new Map<string, GroupKind>();
  const { file, customize } = coderOf(team, customizers);
  const problems = unlisted(team, parts).flatMap(({ object, kind, isOwn, what }): readonly Problem[] => {
    const isPermitted = isOwn && object.metadata.namespace !== undefined && isForTeams(kind);
    if (!isPermitted)
      return [
        {
          file,
          message: `Argo CD would refuse ${what}: no ${isOwn ? "team's application" : "file of the platform's"} holds this kind. Leave it out of ${customize}, and apply it by other means`,
          severity: 'error',
        },
      ];
    if (found.has(`${kind.group}/${kind.kind}`)) return [];
    found.set(`${kind.group}/${kind.kind}`, kind);
    return [
      {
        file,
        message: `${customize} makes ${what}: the team's AppProject permits ${object.kind} from now on`,
        severity: 'warning',
      },
    ];
  });
  return { kinds: [...found.values()], problems };
}

/**
 * What of a team's parts is refused where no Argo CD holds the team to its project: whoever applies the files may do more than the
 * team.
 */
export function refusedKinds(
  team: Team,
  parts: readonly ObjectsPart[],
  customizers: readonly string[],
): readonly Problem[] {
  const { file, customize } = coderOf(team, customizers);
  return unlisted(team, parts)
    .filter(({ kind }) => !isForTeams(kind))
    .map(({ what }) => ({
      file,
      message: `${customize} makes ${what}, and no team may hold this kind. Leave it out, and apply it by other means`,
      severity: 'error',
    }));
}

/** The file that is told, and the functions that may have made an object. */
function coderOf(team: Team, [file = team.file, ...others]: readonly string[]) {
  return { file, customize: ['customize', ...others.map((other) => `that of ${other}`)].join(' or ') };
}

/** Objects of a team whose kinds synth does not make in files of their owner. */
function unlisted(team: Team, parts: readonly ObjectsPart[]) {
  const listed = { team: kindsOf('team', team), platform: kindsOf('platform', team) };
  return parts
    .filter((part) => part.team === team.name)
    .flatMap((part) =>
      part.objects.flatMap((object) => {
        const kind = groupKindOf(object);
        if (listed[part.owner].some((one) => isSame(one, kind))) return [];
        const what = `${object.kind} ${object.metadata.name} in ${inRepository(pathOf(part))}`;
        return [{ object, kind, isOwn: part.owner === 'team', what }];
      }),
    );
}

/** Whether a team may hold objects of a kind that synth does not make. */
export const isForTeams = (kind: GroupKind): boolean =>
  !NEVER_OF_TEAMS.some((one) => isSame(one, kind)) &&
  !NEVER_GROUPS.some((group) => kind.group === group || kind.group.endsWith(`.${group}`));

const isSame = (a: GroupKind, b: GroupKind): boolean => a.group === b.group && a.kind === b.kind;
