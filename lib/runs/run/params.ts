import type { Stack } from '../../fleet/model';
import type { PipelineKind } from '../../words/names';
import type { ParamValue } from '../../tekton/spec/wire';

/**
 * The params of each pipeline: lib/output/pipelines declares them, whoever composes a run fills them. Once released they only
 * grow, with defaults, since runs are made for Pipelines that an older synth wrote.
 * https://tekton.dev/docs/pipelines/pipelines/#specifying-parameters
 */

const required = (description: string) => ({ type: 'string', optional: false, description }) as const;
const optional = (fallback: string, description: string) =>
  ({ type: 'string', optional: true, default: fallback, description }) as const;
const list = (description: string) => ({ type: 'array', optional: false, description }) as const;
const perApp = (stack: Stack, description: string) =>
  ({
    type: 'object',
    optional: true,
    keys: names(stack),
    default: Object.fromEntries(names(stack).map((app) => [app, ''])),
    description,
  }) as const;
const names = (stack: Stack): readonly string[] => stack.apps.map((app) => app.name);

const forceRebuild = optional('false', 'true: build even where an image of the same content exists');
const appRevisions = (stack: Stack) => perApp(stack, 'Revision of each app that has its own');

export const bootstrapParams = (stack: Stack) => ({
  apps: { type: 'array', optional: true, default: names(stack), description: 'Apps to build and deploy' } as const,
  'app-revisions': appRevisions(stack),
  'version-overrides': perApp(stack, 'Released version of each app that is deployed instead of built'),
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
export type PipelineParams<K extends PipelineKind> = {
  readonly [N in keyof Declarations[K]]: Declarations[K][N] extends { type: infer T } ? ValueOf<T> & ParamValue : never;
};
