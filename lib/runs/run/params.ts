import type { Stack } from '../../fleet/model';
import { propagationPaths, reachedBy } from '../../fleet/stack-graph';
import type { Param, ParamValue } from '../../tekton/spec/wire';
import type { PipelineKind } from '../../words/names';
import { session } from '../../words/names';
import type { Ask } from '../ask/ask';
import type { Resolved } from '../ask/check-ask';
import { namedApps } from '../ask/check-ask';

/**
 * The params of each pipeline: lib/output/pipelines declares them, whoever composes a run fills them. Once released they only
 * grow, with defaults, since runs are made for Pipelines that an older synth wrote.
 * https://tekton.dev/docs/pipelines/pipelines/#specifying-parameters
 */

const required = (description: string) => ({ type: 'string', optional: false, description }) as const;
const optional = (fallback: string, description: string) =>
  ({ type: 'string', optional: true, default: fallback, description }) as const;
const list = (description: string) => ({ type: 'array', optional: false, description }) as const;
const textPerApp = (stack: Stack, description: string) =>
  ({
    type: 'object',
    optional: true,
    keys: names(stack),
    default: Object.fromEntries(names(stack).map((app) => [app, ''])),
    description,
  }) as const;
const names = (stack: Stack): readonly string[] => stack.apps.map((app) => app.name);

const forceRebuild = optional('false', 'true: build even where an image of the same content exists');
const appRevisions = (stack: Stack) => textPerApp(stack, 'Revision of each app that has its own');

export const bootstrapParams = (stack: Stack) => ({
  apps: { type: 'array', optional: true, default: names(stack), description: 'Apps to build and deploy' } as const,
  'app-revisions': appRevisions(stack),
  'version-overrides': textPerApp(stack, 'Released version of each app that is deployed instead of built'),
  'force-rebuild': forceRebuild,
});

/** @param paths of `propagationPaths`, to every app */
export const prTestParams = (stack: Stack, paths: readonly string[]) => ({
  'changed-apps': list('Apps that the pull request changes'),
  'test-apps': list('Apps whose tests run: the changed ones and all that reach them'),
  revision: optional('', 'Commit of every app without its own in app-revisions; empty: the default branch'),
  'app-revisions': appRevisions(stack),
  paths: {
    type: 'array',
    optional: true,
    default: paths,
    description: '`entry>…>app`: how the session gets to each changed app; others are passed over',
  } as const,
  'pr-number': required('Number of the pull request'),
  session: required('Session that leads to the previews'),
  scope: optional('pr', 'Where images go: pr, or fork for a pull request that is not trusted'),
  'force-rebuild': forceRebuild,
});

export const mergeReleaseParams = () => ({
  app: required('App to release'),
  revision: required('Merge commit'),
  version: optional('', 'Version to release; empty: the one that versions.yaml has in preparation'),
  'force-rebuild': forceRebuild,
});

export const promoteParams = (stack: Stack) => ({
  to: required('Cluster that gets the versions of the one before it'),
  apps: { type: 'array', optional: true, default: names(stack), description: 'Apps to take along' } as const,
});

export const verifyParams = () => ({
  revision: required('Revision of this repository whose output is checked'),
});

interface Declarations {
  readonly bootstrap: ReturnType<typeof bootstrapParams>;
  readonly 'pr-test': ReturnType<typeof prTestParams>;
  readonly 'merge-release': ReturnType<typeof mergeReleaseParams>;
  readonly promote: ReturnType<typeof promoteParams>;
  readonly verify: ReturnType<typeof verifyParams>;
}
type ValueOf<Type> = Type extends 'string'
  ? string
  : Type extends 'array'
    ? readonly string[]
    : Readonly<Record<string, string>>;

/** A value for every param of a pipeline. */
type Values<K extends PipelineKind> = {
  readonly [N in keyof Declarations[K]]: Declarations[K][N] extends { type: infer T } ? ValueOf<T> & ParamValue : never;
};

/** The params of the run of an ask, in the order in which its Pipeline declares them. */
export const paramsOf = (ask: Ask, resolved: Resolved): readonly Param[] =>
  Object.entries<ParamValue>(VALUES[ask.pipeline](ask, resolved)).map(([name, value]) => ({ name, value }));

const VALUES: { readonly [K in PipelineKind]: (ask: Ask, resolved: Resolved) => Values<K> } = {
  bootstrap: (ask, resolved) => {
    const apps = namedApps(ask, resolved);
    return {
      apps,
      'app-revisions': revisionsOf(ask, resolved, apps),
      'version-overrides': perApp(resolved, ask.overrides?.versions ?? {}),
      'force-rebuild': String(ask.overrides?.forceRebuild ?? false),
    };
  },
  'pr-test': (ask, resolved) => {
    const { apps = [], pullRequest, revision = '', trust, overrides } = ask;
    const { stack } = resolved;
    const callers = reachedBy(stack.apps);
    const tested = new Set(ask.testApps ?? apps.flatMap((app) => [app, ...(callers.get(app) ?? [])]));
    const testApps = stack.apps.map((app) => app.name).filter((app) => tested.has(app));
    return {
      'changed-apps': namedApps(ask, resolved),
      'test-apps': testApps,
      revision,
      'app-revisions': revisionsOf(ask, resolved, [...apps, ...testApps]),
      paths: propagationPaths(stack.apps, namedApps(ask, resolved)),
      'pr-number': String(pullRequest?.number),
      session: sessionOf(ask),
      scope: trust === 'untrusted' ? 'fork' : 'pr',
      'force-rebuild': String(overrides?.forceRebuild ?? false),
    };
  },
  'merge-release': ({ apps: [app = ''] = [], revisions, revision = '', overrides }) => ({
    app,
    revision: revisions?.[app] ?? revision,
    version: overrides?.version ?? '',
    'force-rebuild': String(overrides?.forceRebuild ?? false),
  }),
  promote: (ask, resolved) => ({ to: ask.to ?? '', apps: namedApps(ask, resolved) }),
  verify: ({ revision = '' }) => ({ revision }),
};

/**
 * The revision of each app: its own, or the ask's if the app is in the repository that this is a commit of, which is
 * that of the named apps without their own. So the tests of an app that did not change are those of the pull request
 * where it shares the repository, and those of its default branch where it does not.
 */
function revisionsOf(ask: Ask, resolved: Resolved, concerned: readonly string[]): Readonly<Record<string, string>> {
  const { revision = '', revisions = {} } = ask;
  const { apps } = resolved.stack;
  const repo = repoOf(
    resolved,
    namedApps(ask, resolved).find((app) => !Object.hasOwn(revisions, app)),
  );
  return perApp(resolved, {
    ...Object.fromEntries(
      apps.filter((app) => app.repo === repo && concerned.includes(app.name)).map((app) => [app.name, revision]),
    ),
    ...revisions,
  });
}

/** The session of a pull request's previews; those of a group are its own, too. */
export const sessionOf = ({ pullRequest }: Pick<Ask, 'pullRequest'>): string =>
  session(pullRequest?.repo ?? '', pullRequest?.number ?? 0);

const repoOf = ({ stack }: Resolved, name: string | undefined): string =>
  stack.apps.find((app) => app.name === name)?.repo ?? '';

/** An object param is given whole: what is missing would not be filled in from its default. An app may be called `constructor`. */
const perApp = ({ stack }: Resolved, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(stack.apps.map(({ name }) => [name, Object.hasOwn(values, name) ? (values[name] ?? '') : '']));
