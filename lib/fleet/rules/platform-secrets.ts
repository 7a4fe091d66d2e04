import type { Document, Path } from '../document';
import type { App, Team } from '../model';
import type { FleetReading, TeamReading } from '../reading';
import { isObject } from '../../words/mapping';
import { IMAGE_SCOPES } from '../../words/names';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/** A Secret of the platform: whatever an app can read, whoever changes the app can read. */
export interface PlatformSecret {
  readonly name: string;
  readonly namespace: string;
  /** What it does, as a verb and what follows: `pushes images`. */
  readonly use: string;
}

/** Those that a team has on a cluster, and that are not for this reader. */
export type PlatformSecretsOf = (team: Team, reader: 'apps' | 'builds') => readonly PlatformSecret[];

type Manifests = FleetReading['manifests'];

/** Secrets of the platform that apps or their builds would read, each told once, whichever clusters have the app. */
export function checkPlatformSecrets(
  { teams, manifests }: Pick<FleetReading, 'teams' | 'manifests'>,
  secretsOf: PlatformSecretsOf,
): Problem[] {
  const problems = teams.flatMap((reading) =>
    [reading.team, ...reading.elsewhere].flatMap((team) => [
      ...ofTeam(
        team,
        reading.stacks,
        manifests,
        asked(() => secretsOf(team, 'apps')),
      ),
      ...ofBuilds(
        team,
        reading.stacks,
        asked(() => secretsOf(team, 'builds')),
      ),
    ]),
  );
  return [...new Map(problems.map((one) => [`${one.file} ${one.path}`, one])).values()];
}

type Secrets = () => readonly PlatformSecret[];

/** Most teams name no Secret at all, and to list the platform's takes longer than the rest. */
function asked(list: Secrets): Secrets {
  let secrets: readonly PlatformSecret[] | undefined;
  return () => (secrets ??= list());
}

const ofTeam = (team: Team, stacks: TeamReading['stacks'], manifests: Manifests, secrets: Secrets): Problem[] =>
  team.stacks.flatMap(({ apps, environment }, at) =>
    apps.flatMap((app, index) =>
      references(app, index, stacks[at]?.document, manifests).flatMap(({ document, path, name }) => {
        const named = secrets().filter((one) => one.name === name);
        const secret = named.find(({ namespace }) => namespace === environment);
        if (secret !== undefined) return [document.error(path, notForApps(secret), details(team, secret))];
        return named.slice(0, 1).map((other) => document.warning(path, namesake(other), { found: show(name) }));
      }),
    ),
  );

/** Builds read a Secret for each scope, where runs are. */
const ofBuilds = (team: Team, stacks: TeamReading['stacks'], secrets: Secrets): Problem[] =>
  team.stacks.flatMap(({ apps }, at) =>
    apps.flatMap(({ build }, index) => {
      const said = build.secrets?.secret;
      if (said === undefined) return [];
      const secret = secrets().find(
        ({ name, namespace }) =>
          namespace === team.namespace && IMAGE_SCOPES.some((scope) => name === `${said}-${scope}`),
      );
      const document = stacks[at]?.document;
      return secret === undefined || document === undefined
        ? []
        : [
            document.error(
              ['apps', index, 'build', 'secrets', 'secret'],
              `names Secret ${secret.name} of the platform, and no build may read it: it ${useOf(secret)}`,
              { found: show(said), expected: "a Secret of the app's own" },
            ),
          ];
    }),
  );

const notForApps = (secret: PlatformSecret): string =>
  `is a Secret of the platform, and no app may read it: it ${useOf(secret)}`;

/** Nothing of the platform's is there, until somebody copies it. */
const namesake = (secret: PlatformSecret): string =>
  `has the name of a Secret of the platform in namespace ${secret.namespace}, which ${useOf(secret)}: give the app's own another name, so that nobody puts that one there`;

/** What follows a semicolon is for whoever makes it. */
const useOf = ({ use }: PlatformSecret): string => use.split('; ')[0] ?? use;

const details = (team: Team, { name, namespace }: PlatformSecret) => ({
  found: show(name),
  expected:
    namespace === team.namespace
      ? `a Secret of the app's own; or apps in another namespace than runs: environment.namespace in ${team.file}`
      : "a Secret of the app's own",
});

interface Reference {
  readonly document: Document;
  readonly path: Path;
  readonly name: string;
}

function references(app: App, index: number, document: Document | undefined, manifests: Manifests): Reference[] {
  if (app.deploy !== undefined) {
    const own = manifests.get(app.deploy.manifests)?.document;
    return own === undefined ? [] : within(own, POD, own.get(POD));
  }
  return document === undefined ? [] : ofFields(document, ['apps', index], app);
}

const POD: Path = ['spec', 'template', 'spec'];

const ofFields = (document: Document, at: Path, { env, envFrom = [], volumes = [] }: App): Reference[] =>
  [
    ...Object.entries(env).map(([key, value]) => [['env', key, 'secret'], value] as const),
    ...envFrom.map((source, i) => [['env-from', i, 'secret'], source] as const),
    ...volumes.map((volume, i) => [['volumes', i, 'secret'], volume] as const),
  ].flatMap(([path, value]) =>
    typeof value !== 'string' && 'secret' in value ? [{ document, path: [...at, ...path], name: value.secret }] : [],
  );

/** Keys of a pod whose `name` is that of a Secret. Those by which nodes pull images are no matter of the app. */
const NAMED = ['secret', 'secretRef', 'secretKeyRef', 'nodePublishSecretRef'];

/** Every Secret that a part of a pod reads, however deep. */
function within(document: Document, path: Path, value: unknown): Reference[] {
  if (!isObject(value)) return [];
  return (Array.isArray(value) ? [...value.entries()] : Object.entries(value)).flatMap(
    ([key, child]: readonly [string | number, unknown]) => {
      const here = [...path, key];
      if (key === 'secretName' && typeof child === 'string') return [{ document, path: here, name: child }];
      const name = NAMED.some((one) => one === key) && isObject(child) && 'name' in child ? child.name : undefined;
      return [
        ...(typeof name === 'string' ? [{ document, path: [...here, 'name'], name }] : []),
        ...within(document, here, child),
      ];
    },
  );
}
