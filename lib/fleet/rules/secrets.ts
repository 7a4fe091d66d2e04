import { clones, isBySsh } from '../clones';
import type { Path } from '../document';
import type { Team } from '../model';
import type { TeamReading } from '../reading';
import { hostOfApi, webPlaceOf } from '../../words/git-address';
import { list } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/** Whether a team's Secrets can be made as it says, on each of its clusters. */
export function checkSecrets({ team, elsewhere, document }: TeamReading): Problem[] {
  const problems = [team, ...elsewhere].flatMap((each) =>
    [...withoutStore(each), ...ofApp(each)].map(([path, message]) => document.error(path, message)),
  );
  // what does not depend on the cluster is told once
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

type Fault = readonly [path: Path, message: string];

const withoutStore = ({ cluster, secrets: { backend, store } }: Team): readonly Fault[] =>
  backend === 'external-secrets' && store === undefined
    ? [
        [
          ['secrets', 'store'],
          `is missing: name a store here, or for all teams in secrets.store of clusters/${cluster}.yaml`,
        ],
      ]
    : [];

/** https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app */
function ofApp(team: Team): readonly Fault[] {
  const { secrets, orchestrator } = team;
  if (secrets.githubApp === undefined) return [];
  const path = ['secrets', 'githubApp'];
  if (secrets.backend === 'existing')
    return [[path, 'makes tokens by External Secrets: set secrets.backend to external-secrets']];
  const hasOwn = orchestrator.enabled && orchestrator.mode === 'team';
  return [
    ...(hasOwn && orchestrator.giteaURL !== undefined
      ? [[path, 'is for GitHub, and orchestrator.giteaURL says that the Git host is another'] as const]
      : []),
    ...(hasOwn && orchestrator.giteaURL === undefined && orchestrator.githubApp === undefined
      ? [
          [
            ['orchestrator', 'githubApp'],
            'is missing: the tokens of secrets.githubApp are for clones and pushes alone, so the orchestrator needs the App, too',
          ] as const,
        ]
      : []),
    ...elsewhereOnGit(team, path),
  ];
}

/** A token is of one installation, and so of one owner on one host; git would give it to any other. */
function elsewhereOnGit(team: Team, path: Path): readonly Fault[] {
  const places = clones(team)
    .filter((url) => !isBySsh(url))
    .flatMap((url) => webPlaceOf(url) ?? []);
  const host = hostOfApi(team.secrets.githubApp?.apiURL ?? 'https://api.github.com');
  const hosts = [...new Set(places.map(({ origin }) => new URL(origin).hostname))].filter((name) => name !== host);
  const owned = places.map(({ path: repository }) => repository.split('/')).filter((parts) => parts.length > 1);
  const owners = [...new Set(owned.map(([owner = '']) => owner.toLowerCase()))].sort();
  if (hosts.length > 0)
    return [[path, `is of ${host}, and repositories are cloned by https from ${list(hosts.sort(), 'and')}`]];
  return owners.length > 1
    ? [
        [
          path,
          `is installed for one owner, and repositories are cloned by https of ${list(owners, 'and')}: clone others by ssh`,
        ],
      ]
    : [];
}
