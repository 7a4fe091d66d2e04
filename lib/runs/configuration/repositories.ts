import { list } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import type { Repo } from '../events/event';
import type { Address } from '../../words/git-address';
import { addressKey, addressOf } from '../../words/git-address';
import { displayText } from '../events/payload';
import type { AppConfig, Configuration, Placement, StackConfig, TeamConfig } from './configuration';

/** Which apps a repository leads to: by every address that its host gives it and that a team says it has. */

type Index = Map<string, Placement[]>;

type Named = Pick<AppConfig, 'repo' | 'cloneUrl'>;

/** What a team says an app's repository is known by: where it is cloned from, and where people see it. */
const namedAddresses = ({ git }: Pick<TeamConfig, 'git'>, { repo, cloneUrl }: Named): readonly string[] => [
  cloneUrl,
  ...(git?.webURL === undefined ? [] : [`${git.webURL}/${repo}`]),
];

/** The same, read. */
export const addressesOf = (team: Pick<TeamConfig, 'git'>, app: Named): readonly Address[] =>
  namedAddresses(team, app)
    .map(addressOf)
    .filter((address) => address !== undefined);

/** Every address of every repository that a team has, sorted, each once; a name without an owner leads nowhere. */
export const repositoriesOf = (team: Pick<TeamConfig, 'git' | 'stacks'>): readonly string[] =>
  [
    ...new Set(
      team.stacks.flatMap((stack) =>
        stack.apps
          .filter(({ repo }) => repo.includes('/'))
          .flatMap((app) => namesOf(stack, app).flatMap((named) => namedAddresses(team, named))),
      ),
    ),
  ].sort();

/** The host under which people know an app's repository. */
export const hostOfApp = (team: Pick<TeamConfig, 'git'>, app: AppConfig): string =>
  addressesOf(team, app).at(-1)?.host ?? '';

/** An app's repository; and one of the app's name and the same owner, where the registry leads that here. */
function namesOf({ registered }: StackConfig, app: AppConfig): readonly AppConfig[] {
  const owner = app.repo.indexOf('/') + 1;
  if (owner === 0 || !registered?.includes(app.name)) return [app];
  const repo = `${app.repo.slice(0, owner)}${app.name}`;
  const cut = app.cloneUrl.lastIndexOf(app.repo);
  return [app, { ...app, repo, cloneUrl: `${app.cloneUrl.slice(0, cut)}${repo}` }];
}

/** Keys by which an app is found. One cloned by SSH is at its host's web address, too, if that has no other. */
function keysOfApp(addresses: readonly Address[], { repo }: Pick<AppConfig, 'repo'>): readonly string[] {
  const hosts = new Set(addresses.map(({ host }) => host));
  return [
    ...addresses.flatMap(({ host, path, bySsh }) => [
      ...(bySsh ? [`ssh ${host}/${path}`] : []),
      ...(bySsh && addresses.length > 1 ? [] : [`web ${host}/${path}`]),
    ]),
    ...[...hosts].map((host) => `named ${host}/${repo.toLowerCase()}`),
  ];
}

/** Keys of a repository of which one address is all that is known. */
export function keysOfAddress(text: string): readonly string[] {
  const address = addressOf(text);
  return address === undefined ? [] : keysOfApp([address], { repo: address.path });
}

/**
 * Keys of a repository; without addresses, as a request has it, its host and full name are its key. An address that ends in another
 * name is not its own: whoever may speak for one repository would be taken for another.
 */
export function keysOfRepo({ host, fullName, addresses = [] }: Repo): readonly string[] {
  const name = fullName.toLowerCase();
  if (addresses.length === 0) return [`named ${host.toLowerCase()}/${name}`];
  return addresses
    .map(addressOf)
    .filter((address) => address !== undefined)
    .filter(({ path }) => `/${path}`.endsWith(`/${name}`))
    .map(({ bySsh, ...address }) => `${bySsh ? 'ssh' : 'web'} ${addressKey(address)}`);
}

/** Whether two names are of one host: they are the same, or a team says that its repositories are at both. */
export const isSameHost = ({ teams }: Pick<Configuration, 'teams'>, one: string, other: string): boolean =>
  one === other ||
  [...teams.values()].some((team) =>
    team.stacks.some(({ apps }) =>
      apps.some((app) => {
        const hosts = addressesOf(team, app).map(({ host }) => host);
        return hosts.includes(one) && hosts.includes(other);
      }),
    ),
  );

/**
 * The index over all teams. A repository that two teams have is neither's, and both are told. A name without an owner leads
 * nowhere: anybody may have a repository of that name.
 */
export function indexRepositories(
  good: ReadonlyMap<string, TeamConfig>,
  problems: Problem[],
): Pick<Configuration, 'appsOf' | 'claimsOf' | 'namesakesOf'> {
  const index: Index = new Map();
  const byName: Index = new Map();
  for (const team of good.values())
    for (const stack of team.stacks)
      for (const app of stack.apps) {
        const placement = { team, stack, app };
        for (const key of new Set(namesOf(stack, app).flatMap((repo) => keysOfApp(addressesOf(team, repo), repo))))
          add(index, key, placement);
        add(byName, app.repo.toLowerCase(), placement);
      }
  tellShared(index, good, problems);
  const claimsOf = (repo: Repo): readonly Placement[] =>
    distinct(keysOfRepo(repo).flatMap((key) => index.get(key) ?? []));
  const appsOf = (repo: Repo): readonly Placement[] => {
    const claims = claimsOf(repo);
    return teamsOf(claims).length > 1 ? [] : claims;
  };
  return { claimsOf, appsOf, namesakesOf: (name) => byName.get(name.toLowerCase()) ?? [] };
}

const add = (index: Index, key: string, placement: Placement): void =>
  void index.set(key, [...(index.get(key) ?? []), placement]);

/** Each app once, whichever of its addresses it was found by. */
const distinct = (placements: readonly Placement[]): readonly Placement[] => [
  ...new Map(placements.map((one) => [`${one.team.name}/${one.stack.name}/${one.app.name}`, one])).values(),
];

const teamsOf = (placements: readonly Placement[]): readonly string[] =>
  [...new Set(placements.map(({ team }) => team.name))].sort();

/** A repository is one team's: of two that claim it neither gets it, and both are told where they do. */
function tellShared(index: Index, good: ReadonlyMap<string, TeamConfig>, problems: Problem[]): void {
  const shared = new Map<string, readonly string[]>();
  for (const [key, placements] of index) {
    const claims = teamsOf(placements);
    if (claims.length > 1) shared.set(key.slice(key.indexOf(' ') + 1), claims);
  }
  for (const [repo, claims] of shared) {
    const message = `repository '${repo}' is claimed by teams ${list(
      claims.map((name) => `'${name}'`),
      'and',
    )}: none of them gets its pull requests`;
    for (const [file, { name }] of good) if (claims.includes(name)) problems.push({ file, message, severity: 'error' });
  }
}

/** Why a repository leads nowhere, and the line that would change it. */
export function whyUnmapped(configuration: Pick<Configuration, 'claimsOf' | 'namesakesOf'>, repo: Repo): string {
  const claims = teamsOf(configuration.claimsOf(repo));
  if (claims.length > 1)
    return `repository ${displayText(repo.fullName)} is claimed by teams ${list(claims, 'and')}: none of them gets its pull requests`;
  const [elsewhere] = configuration.namesakesOf(repo.fullName);
  const at = `${displayText(repo.fullName)} at ${displayText(repo.host)}`;
  if (elsewhere === undefined)
    return `no stack of a team has an app in repository ${at}${ownerless(configuration, repo)}`;
  const { team, stack, app } = elsewhere;
  const name = repo.fullName.toLowerCase();
  const web = repo.addresses?.find((address) => /^https?:/.test(address) && !address.endsWith('.git'));
  const base = web?.toLowerCase().endsWith(`/${name}`) ? web.slice(0, -name.length - 1) : `https://${repo.host}`;
  return `no stack of a team has an app in repository ${at}; app '${app.name}' of stack '${stack.name}' is cloned from ${app.cloneUrl}. If that is the same repository, set git.webURL of team '${team.name}': ${base}`;
}

/** What to write where an app names its repository without an owner. */
function ownerless({ namesakesOf }: Pick<Configuration, 'namesakesOf'>, { fullName }: Repo): string {
  const [found] = namesakesOf(fullName.slice(fullName.indexOf('/') + 1));
  return found === undefined
    ? ''
    : `; app '${found.app.name}' of stack '${found.stack.name}' names its own without an owner: if that is the same, write 'repo: ${displayText(fullName)}' in ${found.stack.file}`;
}
