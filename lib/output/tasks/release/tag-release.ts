import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Result, Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { REGISTRY_MOUNTS, registryEnv, registrySecret } from '../shared/registry';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `tag-release`: it tags the image of an app with the version of the release.
 *
 * Params: the repository of releases, the digest of the image, and the version. Results: `IMAGE_URL` and
 * `IMAGE_DIGEST`, which Tekton Chains signs.
 * The TaskRun fails if the version is already the tag of another image.
 */
export const tagRelease = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'tag-release', {
    description: 'Tags the image of an app with the version it is released as',
    params: {
      image: Param.string({ description: 'Where releases are pushed, without tag' }),
      digest: Param.string(),
      version: Param.string(),
    },
    results: {
      IMAGE_URL: Result.string('Image without tag'),
      IMAGE_DIGEST: Result.string('Digest of the released image'),
    },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => [registrySecret(team, 'release')],
    steps: ({ params }) => [
      {
        name: 'tag',
        image: images('registry'),
        script: script('release/tag-release.sh'),
        env: {
          ...registryEnv(team, 'release'),
          IMAGE: params.image,
          DIGEST: params.digest,
          VERSION: params.version,
        },
        results: ['IMAGE_URL', 'IMAGE_DIGEST'],
        resources: SMALL,
        mounts: REGISTRY_MOUNTS,
      },
    ],
  });
