import type { Team } from '../../fleet/model';
import { APPLICATION_SUFFIXES, teamApplication, teamProject } from '../../words/names';
import type { RequiredSecret } from '../../output/secrets/required-secret';
import { list } from '../../words/phrase';
import { entriesToFill, linesToCreate } from '../secret-text';

/** What a person does after a command has changed the files of a team, in the order in which it is safe. */

export const afterNew = (team: Team, secrets: readonly RequiredSecret[]): readonly string[] => [
  `edit ${[team.file, ...team.stacks.map(({ file }) => file)].join(' and ')}`,
  ...(team.orchestrator.image === undefined && team.images.overrides.orchestrator === undefined
    ? [
        `build and push an image of the orchestrator, since none is published yet, and name it in orchestrator.image of ${team.file}`,
      ]
    : []),
  'say in CODEOWNERS who owns these files, if the repository has one',
  'npx tekton-dag synth',
  `npx tekton-dag diff ${team.name} --base HEAD: all that will be made; rights are on the loud list, so it ends with 3`,
  'commit what has changed in teams/, stacks/, clusters/ and dist/ together; on the branch that Argo CD follows, it makes the namespaces and the rest',
  ...withLines(
    `put these entries into the store, since values are never in Git; npx tekton-dag team secrets ${team.name} says what each is for:`,
    entriesToFill(secrets),
  ),
  ...withLines(
    `make the Secrets, which are never in Git; npx tekton-dag team secrets ${team.name} says what each is for:`,
    linesToCreate(secrets),
  ),
  'check that the cluster can pull what npx tekton-dag images list names, the image of the orchestrator included',
  ...team.stacks.map(
    ({ name }) => `npx tekton-dag run bootstrap --team ${team.name} --stack ${name} | kubectl create -f -`,
  ),
];

/** A step with a line for each thing to be done; none where there is nothing. */
const withLines = (step: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [[step, ...lines].join('\n       ')];

/** Objects under the old name on one cluster, as `kubectl delete` takes them: with `removal: orphan` nobody else removes them. */
export interface LeftOver {
  readonly cluster: string;
  readonly objects: readonly string[];
}

/**
 * @param leftOvers for each cluster of the team
 * @param teams how many there are
 */
export const afterRename = (
  team: Team,
  from: string,
  leftOvers: readonly LeftOver[],
  teams: number,
): readonly string[] => {
  const applications = applicationsOf(team, from);
  const dropped = [...applications, ...applications.map(platformOf)];
  return [
    synthWithout(teams),
    `npx tekton-dag diff --base HEAD: the same objects move from ${from} to ${team.name}; only their labels change`,
    `commit teams/ and dist/ together while no run is under way: Argo CD drops ${named(dropped)} without their objects, and the new ones take these over`,
    ...leftOvers
      .filter(({ objects }) => objects.length > 0)
      .map(
        ({ cluster, objects }) =>
          `on cluster ${cluster}, what carries the old name stays until somebody removes it:${objects.map((object) => `\n       kubectl delete ${object}`).join('')}`,
      ),
    `put ${team.name} in the place of ${from} in CODEOWNERS, if the repository has one`,
    `take removal: 'orphan' out of ${team.file} again, synth, commit`,
  ];
};

/** The applications of what a team owns, by the name that it has or had: one on each of its clusters. */
const applicationsOf = ({ cluster, clusters }: Team, name: string): readonly string[] => [
  teamApplication(name),
  ...[...new Set(clusters)].filter((further) => further !== cluster).map((further) => teamApplication(name, further)),
];
const platformOf = (application: string): string => `${application}.${APPLICATION_SUFFIXES.platform}`;
const named = (applications: readonly string[]): string =>
  `application${applications.length > 1 ? 's' : ''} ${list(applications, 'and')}`;

/** How the output is written once a team is gone: where half of the teams go, synth wants to be told that this is meant. */
const synthWithout = (teams: number): string => `npx tekton-dag synth${teams <= 2 ? ' --allow-removal' : ''}`;

/**
 * What is left to people when the files of a team are gone.
 * @param teams how many there were
 */
export function afterRetire(team: Team, teams: number): readonly string[] {
  const applications = applicationsOf(team, team.name);
  const platform = applications.map(platformOf);
  const [first = '', ...others] = [...applications, ...platform];
  const approve =
    team.removal === 'confirm'
      ? [`approve each deletion: argocd app confirm-deletion ${first}, then the same for ${list(others, 'and')}`]
      : [];
  return [
    synthWithout(teams),
    'npx tekton-dag diff --base HEAD: every deletion is on the loud list, so it ends with 3',
    'commit what has changed in teams/, stacks/, clusters/ and dist/ together; on the branch that Argo CD follows, this goes, in this order:\n' +
      [
        `     a. ${named(applications)}: Tasks, Pipelines, environment, orchestrator`,
        `     b. ${named(platform)}: ${gone(team)}`,
        `     c. project ${teamProject(team.name)}, when the last of the ${applications.length + platform.length} applications has gone`,
      ].join('\n'),
    ...approve,
    'take the files of the team out of CODEOWNERS, if the repository has one',
    `by hand, since Git never had it: images in ${team.imageRegistry}, webhooks of its repositories, entries of its Secrets in a store`,
  ];
}

function gone(team: Team): string {
  const namespaces = [...new Set([team.namespace, ...team.environments])].join(', ');
  if (team.removal === 'orphan') return `rights, claims and namespaces ${namespaces} stay (removal: orphan)`;
  return `rights, claims, and namespaces ${namespaces} with all that is in them, except namespaces that tekton-dag does not manage`;
}

/** Steps as the last lines of what a command prints. */
export const numberedSteps = (steps: readonly string[]): readonly string[] => [
  '',
  'Next:',
  ...steps.map((step, i) => `  ${i + 1}. ${step}`),
];
