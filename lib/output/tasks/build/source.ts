import type { Team } from '../../../fleet/model';
import type { Mount, Step, Volume } from '../../../tekton/task';
import { text } from '../../../tekton/value';
import { cloneOf, cloneStep } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { registryAuth } from '../shared/registry';
import type { SourceRefs } from './build-interface';

/** What `build-<builder>` and `push-image` have in common: they check out the same, and hand over the image. */

/**
 * The Secret of builds, by scope: may push to `<cacheRepo>/<scope>`, and but for forks read images, so that all that who
 * sees it can do is to leave an image there. What is taken from there is taken by digest.
 */
export const STAGING: Mount = { name: 'staging', mountPath: '/credentials/staging', readOnly: true };
const stagingName = ({ secrets: { names } }: Team, { scope }: SourceRefs['params']) =>
  text`${names.registryPush}-${scope}-cache`;
export const stagingSecret = (team: Team, params: SourceRefs['params']): Volume =>
  registryAuth(STAGING.name, stagingName(team, params));

/** For registry.sh, in a step that holds the Secret of builds and no other. */
export const stagingEnv = (team: Team, params: SourceRefs['params']) => ({
  INSECURE: String(team.insecureRegistry),
  REGISTRY_AUTH: STAGING.mountPath,
  SECRET: stagingName(team, params),
});

/** Where a build leaves its image for `push-image` to take. */
export const stagingRepo = (params: SourceRefs['params']) => text`${params['cache-repo']}/${params.scope}`;

/** What may be used instead of building. */
export const candidates = ({ params, stepResult }: SourceRefs) => ({
  IMAGE: params.image,
  RELEASE_IMAGE: params['release-image'],
  KEY: stepResult('clone', 'KEY'),
  SCOPE: params.scope,
  FORCE_REBUILD: params['force-rebuild'],
  TESTED_IMAGE: params['tested-image'],
  TESTED_KEY: params['tested-key'],
  RELEASED_VERSION: params['released-version'],
});

/** What decides the content of an image is part of its key; two lists are told apart by `--`. */
export const checkoutStep = ({ team, images }: TaskContext, { params }: SourceRefs): Step =>
  cloneStep(team, images, cloneOf(params), [
    params.inputs,
    params['clone-depth'],
    params['clone-tags'],
    params['clone-submodules'],
    params['clone-lfs'],
    params.dockerfile,
    params.toolchain,
    params['build-secret'],
    params['build-secret-keys'],
    params['pre-command'],
    params['build-command'],
    params['unit-test'],
    params['build-env'],
    '--',
    params.platforms,
  ]);
