import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import type { Step } from '../../../tekton/task';
import { Task } from '../../../tekton/task';
import { gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { REGISTRY_MOUNTS, registryEnv, registrySecret } from '../shared/registry';
import { script } from '../shared/script';
import { PUSH_IMAGE } from '../../../words/provenance';
import { HOME, OWN_HOME, RESTRICTED, SMALL } from '../shared/steps';
import type { SourceRefs } from './build-interface';
import { PUSH_RESULTS, SOURCE_RESULTS, sourceParams } from './build-interface';
import { STAGING, candidates, checkoutStep, stagingRepo, stagingSecret } from './source';

/**
 * Renders Task `push-image`: it gives the image of a commit, by digest. That is one of the same content where it may trust
 * one, else what a build has made. It runs no foreign code, so it alone holds the credential that pushes, and says by its
 * own checkout which commit, tree and key the image has.
 *
 * An image of the same content has the tag `tree-<40 hex>`. It is the start of sha256 over the checkout and the settings of
 * the build, each ended by NUL. The checkout is the git tree or the content of each of `inputs`, history where it is asked
 * for, and other content that is fetched. The settings are context-dir, dockerfile, toolchain (tool and language version),
 * names of secrets, pre-command, build-command, unit-test, build-env and platforms. The key leaves out what a build reads elsewhere: base images, package registries,
 * values of secrets. `force-rebuild` is for a change of those. A build of scope `release` looks among releases, one
 * of scope `pr` also among pull requests, and one of scope `fork` nowhere.
 *
 * Params: `SOURCE_PARAMS`, and what the build says that it made. Results: the image and its digest, the commit and its
 * tree, and the key; where the cluster has Tekton Chains, also what it calls the source in its provenance.
 * The TaskRun fails if the commit cannot be cloned, the build made nothing that can be had, or the registry refuses it.
 * @throws SynthError[unknown-image] if the image table of the team has no image for a step
 * https://tekton.dev/docs/pipelines/tasks/
 * https://tekton.dev/docs/chains/slsa-provenance/
 */
export const pushImage = (scope: Construct, context: TaskContext) => {
  const { team, images } = context;
  const isSigned = team.builder !== undefined;
  return new Task(scope, PUSH_IMAGE, {
    description: 'Pushes what was built, or finds an image of the same content',
    params: {
      ...sourceParams(team),
      built: Param.string({ description: 'Digest that the build says it made; empty: none' }),
      'built-commit': Param.string({ description: 'Commit that the build says it is of' }),
    },
    results: { ...PUSH_RESULTS, ...(isSigned && SOURCE_RESULTS) },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: ({ params }) => [
      ...gitSecrets(team, 'read'),
      registrySecret(team, params.scope),
      stagingSecret(team, params),
    ],
    steps: (refs) => {
      const { params, stepResult } = refs;
      const registry = { ...OWN_HOME, ...registryEnv(team, params.scope) };
      return [
        checkoutStep(context, refs),
        {
          name: 'find-image',
          image: images('registry'),
          script: script('build/find-image.sh'),
          env: { ...registry, ...candidates(refs) },
          results: ['digest'],
          resources: SMALL,
          mounts: REGISTRY_MOUNTS,
        },
        {
          name: 'push',
          image: images('registry'),
          script: script('build/push-image.sh'),
          env: {
            ...registry,
            SOURCE_AUTH: STAGING.mountPath,
            STAGING_REPO: stagingRepo(params),
            IMAGE: params.image,
            KEY: stepResult('clone', 'KEY'),
            COMMIT: stepResult('clone', 'COMMIT'),
            FOUND: stepResult('find-image', 'digest'),
            BUILT: params.built,
            BUILT_COMMIT: params['built-commit'],
          },
          results: ['IMAGE_URL', 'IMAGE_DIGEST'],
          resources: SMALL,
          mounts: [...REGISTRY_MOUNTS, STAGING],
        },
        ...(isSigned ? [sourceStep(context, refs)] : []),
      ];
    },
  });
};

/** Gives SOURCE_RESULTS. */
const sourceStep = ({ images }: TaskContext, { params, stepResult }: SourceRefs): Step => ({
  name: 'name-source',
  image: images('git'),
  script: script('build/name-source.sh'),
  env: { URL: params.url, COMMIT: stepResult('clone', 'COMMIT') },
  results: Object.keys(SOURCE_RESULTS),
  resources: SMALL,
});
