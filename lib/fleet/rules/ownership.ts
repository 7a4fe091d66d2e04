import type { Document, Path } from '../document';
import type { FleetReading, StackReading, TeamReading } from '../reading';
import type { App, Stack } from '../model';
import { imagePath, stableService } from '../../words/names';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { checkReportPlaces } from './report-places';
import { checkVersionsBranches } from './versions-branch';

/** Every name has one owner: teams, namespaces, stacks, repositories, apps. A second claim is told with the place of the first. */
export function checkOwnership(reading: FleetReading, read: readonly Document[]): Problem[] {
  const second = secondDefinitions(read);
  const documents = read.filter((document) => !second.has(document));
  const teams = reading.teams.filter(({ document }) => !second.has(document));
  // all that is in a stack listed by two teams would be claimed twice: one problem says it
  const seen = new Set<string>();
  const owners = teams.map((team) => ({
    ...team,
    stacks: team.stacks.filter(({ stack: { file } }) => !seen.has(file) && seen.add(file)),
  }));
  return [
    ...[...second].map(([document, first]) =>
      document.error([], `the folder defines its team twice; remove this file or ${first.file}`),
    ),
    ...secondClaims(
      documents.flatMap(teamName),
      (name, first) => `team ${name} is defined twice; the other is ${first}`,
    ),
    ...secondClaims(
      owners.flatMap(namespaces),
      (key, first) => `namespace ${key.split(' ')[0]} is also that of ${first}`,
    ),
    ...secondClaims(teams.flatMap(stackFiles), (file, first) => `stack ${file} is also listed by ${first}`),
    ...secondClaims(
      owners.flatMap(repositories),
      (_, first, { what }) => `repository ${what} is claimed by two teams; the other is ${first}`,
    ),
    ...onePlatform(teams),
    ...checkReportPlaces(teams),
    ...checkVersionsBranches(teams),
    ...secondClaims(
      reading.clusters.flatMap(clusterFile),
      (name, first) => `cluster ${name} is described twice; the other is ${first}`,
    ),
    ...teams.flatMap(({ stacks }) =>
      secondClaims(
        stacks.map(stackName),
        (name, first) => `the team has two stacks of the name ${name}; the other is ${first}`,
      ),
    ),
    ...secondClaims(
      teams.flatMap(hosts),
      (_, first, { what }) => `${what} leads to two apps of a cluster; the other is ${first}`,
    ),
    ...teams.flatMap(sharedApps),
    ...teams.flatMap(stableNames),
    ...secondClaims(
      owners.flatMap(images),
      (path, first) => `images of two teams go to ${path}; the other is ${first}`,
      'warning',
    ),
  ];
}

/** Something owned: what makes it the same, who owns it, and where that is said. */
interface Claim {
  readonly key: string;
  readonly owner: string;
  /** As a message names it. */
  readonly what?: string;
  /** How a message names the place of the first claim; asked only then, since places have to be looked up. */
  readonly where: () => string;
  readonly document: Document;
  readonly path: Path;
}

/** A problem for each claim of a key that another owner has claimed before. */
function secondClaims(
  claims: readonly Claim[],
  message: (key: string, first: string, claim: Claim) => string,
  severity: Problem['severity'] = 'error',
): Problem[] {
  const first = new Map<string, Claim>();
  return claims.flatMap((claim) => {
    const known = first.get(claim.key);
    if (known === undefined) first.set(claim.key, claim);
    if (known === undefined || known.owner === claim.owner) return [];
    return [claim.document[severity](claim.path, message(claim.key, known.where(), claim))];
  });
}

/** Files whose folder has another definition of its team before them: all that they say would be claimed twice. */
function secondDefinitions(documents: readonly Document[]): ReadonlyMap<Document, Document> {
  const folder = ({ file }: Document) => file.slice(0, file.lastIndexOf('/') + 1);
  const firsts = new Map([...documents].reverse().map((document) => [folder(document), document]));
  return new Map(
    documents.flatMap((document) => {
      const first = firsts.get(folder(document));
      return first === undefined || first === document || folder(document) === '' ? [] : [[document, first] as const];
    }),
  );
}

function teamName(document: Document): Claim[] {
  const name = document.get(['name']);
  return typeof name === 'string'
    ? [{ key: name, owner: document.file, where: () => document.at(['name']), document, path: ['name'] }]
    : [];
}

const clusterFile = ({ document, value }: FleetReading['clusters'][number]): Claim[] =>
  document && value
    ? [{ key: value.name, owner: document.file, where: () => document.at(['name']), document, path: ['name'] }]
    : [];

/** This repository, as teams name it: Argo CD reads one, at one revision. */
function onePlatform(teams: readonly TeamReading[]): Problem[] {
  const named = teams.filter(({ team }) => team.platform.repoURL !== undefined);
  return (['repoURL', 'revision'] as const).flatMap((key) =>
    disagreeing(named, ({ team }) => team.platform[key]).map(([{ team, document }, other]) =>
      document.error(
        ['platform', key],
        'differs from another team: all teams must name this one repository, so change one or the other',
        {
          found: show(team.platform[key]),
          expected: `${show(other.team.platform[key])}, as team ${other.team.name} (${other.document.at(['platform', key])})`,
        },
      ),
    ),
  );
}

/** Those that do not say what most say, each with one that does; where no value is that of most, all of them, each with another. */
function disagreeing<T>(all: readonly T[], said: (one: T) => unknown): readonly (readonly [one: T, other: T])[] {
  const count = (one: T): number => all.filter((other) => said(other) === said(one)).length;
  const most = all.find((one) => count(one) * 2 > all.length);
  return all.flatMap((one) => {
    const other = most ?? all.find((each) => said(each) !== said(one));
    return other === undefined || said(other) === said(one) ? [] : [[one, other] as const];
  });
}

/** Of each cluster: another cluster has namespaces of its own. */
const namespaces = (reading: TeamReading): Claim[] =>
  [reading.team, ...reading.elsewhere].flatMap(({ cluster }) => namespacesOn(cluster, reading));

function namespacesOn(cluster: string, { team, document, stacks }: TeamReading): Claim[] {
  const owner = team.file;
  const where = (path: Path, at: Document) => () => `team ${team.name} (${at.at(path)})`;
  const own: Claim = {
    key: `${team.namespace} ${cluster}`,
    owner,
    where: where(['namespace'], document),
    document,
    path: ['namespace'],
  };
  const environments = stacks.map(({ stack, document: file }): Claim => {
    const [at, path] =
      team.environment.namespace === undefined
        ? [file, ['defaults', 'namespace']]
        : [document, ['environment', 'namespace']];
    return { key: `${stack.environment} ${cluster}`, owner, where: where(path, at), document: at, path };
  });
  return [
    own,
    ...environments.filter(
      ({ key }, index) => key !== own.key && environments.findIndex((other) => other.key === key) === index,
    ),
  ];
}

const stackFiles = ({ team, document, stacks }: TeamReading): Claim[] =>
  stacks.map(({ stack }) => {
    const path = ['stacks', team.stacks.indexOf(stack)];
    return {
      key: stack.file,
      owner: team.file,
      where: () => `team ${team.name} (${document.at(path)})`,
      document,
      path,
    };
  });

/** By what is cloned: the same `owner/name` of another host is another repository. */
const repositories = ({ team, stacks }: TeamReading): Claim[] =>
  stacks.flatMap(({ stack, document }) =>
    stack.apps.map((app, index) => {
      const path = ['apps', index, 'repo'];
      return {
        key: app.cloneUrl.toLowerCase(),
        owner: team.file,
        what: app.repo,
        where: () => `team ${team.name} (${document.at(path)})`,
        document,
        path,
      };
    }),
  );

/** Addresses from outside, of each cluster. */
const hosts = ({ team, elsewhere, stacks }: TeamReading): Claim[] =>
  [team, ...elsewhere].flatMap(({ cluster, stacks: there }) =>
    there.flatMap(({ apps }, at) =>
      apps.flatMap(({ name, ingress }, index): Claim[] => {
        const document = stacks[at]?.document;
        if (ingress === undefined || document === undefined) return [];
        const path = ['apps', index, 'ingress', 'hosts', cluster];
        return [
          {
            key: `${ingress.host}${asPrefix(ingress.path)} ${cluster}`,
            what: `${ingress.host}${ingress.path}`,
            // of an app that is in two stacks, both mean the same
            owner: `${team.name}/${name}`,
            where: () => `that of app ${name} of team ${team.name} (${document.at(path)})`,
            document,
            path,
          },
        ];
      }),
    ),
  );

/** A prefix matches whole parts of a path, so a slash at its end changes nothing. */
const asPrefix = (path: string): string => path.replace(/\/$/, '');

const stackName = ({ stack, document }: StackReading): Claim => ({
  key: stack.name,
  owner: stack.file,
  where: () => document.at(['name']),
  document,
  path: ['name'],
});

const images = ({ team, stacks }: TeamReading): Claim[] =>
  stacks.flatMap(({ stack, document }) =>
    stack.apps.map((app, index) => {
      const path = ['apps', index, 'name'];
      return {
        key: imagePath(stack.registry.pull, 'release', app.name),
        owner: team.file,
        where: () => `app ${app.name} of team ${team.name} (${document.at(path)})`,
        document,
        path,
      };
    }),
  );

/** An app of two stacks is one app: one image, one Deployment, one version. So both must say the same of it. */
function sharedApps({ stacks }: TeamReading): Problem[] {
  const first = new Map<string, { app: App; stack: Stack; document: Document; index: number }>();
  return stacks.flatMap(({ stack, document }) =>
    stack.apps.flatMap((app, index) => {
      const known = first.get(app.name);
      if (known === undefined) first.set(app.name, { app, stack, document, index });
      if (known === undefined || known.stack === stack) return [];
      const field =
        difference(known.app, app) ?? (known.stack.environment === stack.environment ? undefined : 'environment');
      if (field === undefined) return [];
      return [
        document.error(
          ['apps', index],
          `app ${app.name} is in two stacks and must be the same in both; ${field} differs from ${known.document.at(['apps', known.index])}`,
        ),
      ];
    }),
  );
}

/** The field of the model in which two apps differ, by the key of the file that it comes from. */
function difference(a: App, b: App): string | undefined {
  const field = (Object.keys(a) as (keyof App)[]).find((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
  return field?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `<app>-stable` is the Service of the stable pods, so no other app of the namespace may be called that. */
function stableNames({ stacks }: TeamReading): Problem[] {
  const all = stacks.flatMap(({ stack, document }) =>
    stack.apps.map((app, index) => ({ app, index, stack, document })),
  );
  return all.flatMap(({ app, index, stack, document }) => {
    const other = all.find(
      (one) => one.stack.environment === stack.environment && stableService(one.app.name) === app.name,
    );
    return other
      ? [
          document.error(
            ['apps', index, 'name'],
            `the name is taken by the Service of the stable pods of app ${other.app.name}`,
            { found: show(app.name) },
          ),
        ]
      : [];
  });
}
