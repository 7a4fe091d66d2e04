import type { Toolchain } from '../../../fleet/toolchains';
import { CACHE } from '../../../fleet/toolchains';
import { withPrelude } from '../../../tekton/every-step';
import type { Mount, Step } from '../../../tekton/task';
import type { StringValue } from '../../../tekton/value';
import { text } from '../../../tekton/value';
import type { Images } from '../shared/images';
import { script } from '../shared/script';
import { BESIDE_LARGE, LARGE, SMALL, SOURCE } from '../shared/steps';
import type { CompileRefs } from './build-interface';
import { REPORT } from '../test/summarize';

/** The Secret of a build: a token for packages, say. A build of scope `fork` has none. */
export const BUILD_SECRET: Mount = { name: 'build-secret', mountPath: '/credentials/build', readOnly: true };
/** For build-secrets.sh. */
export const secretEnv = (params: CompileRefs['params']) => ({
  BUILD_SECRETS: BUILD_SECRET.mountPath,
  SECRET_KEYS: params['build-secret-keys'],
  BUILD_SECRET: text`${params['build-secret']}-${params.scope}`,
  SCOPE: params.scope,
});

/** Result of step `unit-test`. */
export const OUTCOME = 'outcome';
/** Where our own steps mount the claim with the tool's cache. */
const VOLUME = '/cache';

/** How the commands of an app are run. */
export interface CompileOptions {
  readonly when?: Step['when'];
  /** Steps before and after the unit tests that keep their reports: with the latter, these say that tests failed. */
  readonly reports: readonly [readonly Step[], readonly Step[]];
  /** What the commands find in their environment, one KEY=VALUE a line. @default - nothing more */
  readonly matrix?: StringValue;
}

const cacheEnv = ({ app, scope }: CompileRefs['params']) => ({ APP: app, SCOPE: scope, CACHE, VOLUME });
const CLAIM: Mount = { name: 'cache', mountPath: VOLUME };

/**
 * The steps that compile and test with a tool, after the one that restores its cache. The cache volume is mounted in our own
 * steps alone: what the repository brings never sees it. Releases write it, and pull requests read it.
 */
export function compileSteps(
  images: Images,
  { name: tool, env: own }: Toolchain,
  { params }: CompileRefs,
  { when, reports: [before, after], matrix }: CompileOptions,
): readonly Step[] {
  const toolchain = { image: params.toolchain, when, args: params['build-env'] };
  const env = { ...own, TOOL: tool, SOURCE, CONTEXT_DIR: params['context-dir'], MATRIX: matrix };
  const compile = withPrelude(script('build/compile.sh'), matrix && script('shell/matrix.sh'));
  return [
    ...before,
    {
      name: 'restore-cache',
      image: images('git'),
      script: script('build/restore-cache.sh'),
      env: cacheEnv(params),
      resources: SMALL,
      mounts: [{ ...CLAIM, readOnly: true }],
      when,
    },
    ...(tool === 'composer'
      ? [{ name: 'composer', image: images('composer'), script: script('build/composer.sh'), resources: SMALL, when }]
      : []),
    {
      name: 'compile',
      ...toolchain,
      resources: LARGE,
      script: compile,
      env: {
        ...env,
        ...secretEnv(params),
        PRE_NAME: 'pre-command',
        PRE_COMMAND: params['pre-command'],
        NAME: 'build-command',
        COMMAND: params['build-command'],
      },
      mounts: [BUILD_SECRET],
    },
    {
      name: 'unit-test',
      ...toolchain,
      resources: BESIDE_LARGE,
      script: compile,
      env: { ...env, PRE_NAME: '', PRE_COMMAND: '', NAME: 'the unit test', COMMAND: params['unit-test'], REPORT },
      ...(after.length > 0 && { onError: 'continue' as const, results: [OUTCOME] }),
    },
    ...after,
  ];
}

/** The step that keeps what the tool has downloaded, for builds alone. */
export const saveCacheStep = (images: Images, { params }: CompileRefs, when: Step['when']): Step => ({
  name: 'save-cache',
  image: images('git'),
  script: script('build/save-cache.sh'),
  env: cacheEnv(params),
  resources: SMALL,
  mounts: [CLAIM],
  when,
});
