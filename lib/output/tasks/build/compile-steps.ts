import type { BuildTool } from '../../../fleet/stack';
import type { Mount, Step } from '../../../tekton/task';
import { text } from '../../../tekton/value';
import type { Images } from '../shared/images';
import { script } from '../shared/script';
import { BESIDE_LARGE, LARGE, SMALL, SOURCE } from '../shared/steps';
import type { BuildRefs } from './build-interface';
import { REPORT } from '../test/summarize';
import { CACHE, TOOLCHAINS } from './toolchains';

/** The Secret of a build: a token for packages, say. A build of scope `fork` has none. */
export const BUILD_SECRET: Mount = { name: 'build-secret', mountPath: '/credentials/build', readOnly: true };
/** For build-secrets.sh. */
export const secretEnv = (params: BuildRefs['params']) => ({
  BUILD_SECRETS: BUILD_SECRET.mountPath,
  SECRET_KEYS: params['build-secret-keys'],
  BUILD_SECRET: text`${params['build-secret']}-${params.scope}`,
  SCOPE: params.scope,
});

/** Result of step `unit-test`. */
export const OUTCOME = 'outcome';
/** Where our own steps mount the claim with the tool's cache. */
const VOLUME = '/cache';

/**
 * The steps that compile and test with a tool, between those that restore and save its cache. The cache volume is mounted
 * in these two alone: what the repository brings never sees it. Releases write it, and pull requests read it.
 * @param reports steps before and after the unit tests that keep their reports: with the latter, these say that tests failed
 */
export function compileSteps(
  images: Images,
  tool: BuildTool,
  { params }: BuildRefs,
  when: Step['when'],
  [before, after]: readonly [readonly Step[], readonly Step[]],
): readonly Step[] {
  const cache = { APP: params.app, SCOPE: params.scope, CACHE, VOLUME };
  const claim = { name: 'cache', mountPath: VOLUME };
  const toolchain = { image: params.toolchain, when, args: params['build-env'] };
  const env = { ...TOOLCHAINS[tool].env, TOOL: tool, SOURCE, CONTEXT_DIR: params['context-dir'] };
  return [
    ...before,
    {
      name: 'restore-cache',
      image: images('git'),
      script: script('build/restore-cache.sh'),
      env: cache,
      resources: SMALL,
      mounts: [{ ...claim, readOnly: true }],
      when,
    },
    ...(tool === 'composer'
      ? [{ name: 'composer', image: images('composer'), script: script('build/composer.sh'), resources: SMALL, when }]
      : []),
    {
      name: 'compile',
      ...toolchain,
      resources: LARGE,
      script: script('build/compile.sh'),
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
      script: script('build/compile.sh'),
      env: { ...env, PRE_NAME: '', PRE_COMMAND: '', NAME: 'the unit test', COMMAND: params['unit-test'], REPORT },
      ...(after.length > 0 && { onError: 'continue' as const, results: [OUTCOME] }),
    },
    ...after,
    {
      name: 'save-cache',
      image: images('git'),
      script: script('build/save-cache.sh'),
      env: cache,
      resources: SMALL,
      mounts: [claim],
      when,
    },
  ];
}
