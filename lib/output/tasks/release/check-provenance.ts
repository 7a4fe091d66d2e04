import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { Mount } from '../../../tekton/task';
import { accountName } from '../../../words/names';
import { BUILDER_KEY, PREDICATE_TYPE, PUSH_IMAGE } from '../../../words/provenance';
import type { TaskContext } from '../shared/context';
import { REGISTRY_MOUNTS, registryEnv, registrySecret } from '../shared/registry';
import { script } from '../shared/script';
import { HOME, OWN_HOME, RESTRICTED, SMALL } from '../shared/steps';
import { TASK_RUNS } from '../shared/task-runs';

const KEY: Mount = { name: 'builder', mountPath: '/etc/tekton-dag/builder', readOnly: true };
/** What cosign has verified, for the step that reads it. */
const PROVENANCE = '/workspace/provenance';

/**
 * Renders Task `check-provenance`: it waits until Tekton Chains has signed the TaskRun that pushed an image, and then asks the registry for
 * proof. The proof is provenance of this image, signed by the key of the cluster. It names Task `push-image`, its account, and this
 * commit of this repository. No foreign code runs here, and the key is the platform's.
 *
 * Params: what the repository is cloned by, the image, its digest, the commit, and the pipeline task that pushed it.
 * The TaskRun fails if Chains gives up or takes too long, nothing is signed by the key, or what is signed says something else; it says
 * which.
 * https://docs.sigstore.dev/cosign/verifying/attestation/
 */
export const checkProvenance = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'check-provenance', {
    description: 'Verifies who built an image, and of which commit',
    params: {
      url: Param.string({ description: 'Address for git clone' }),
      image: Param.string({ description: 'Where releases are pushed, without tag' }),
      digest: Param.string(),
      commit: Param.string({ description: 'Commit that the image is of' }),
      'push-task': Param.string({ description: 'Pipeline task that pushed the image' }),
    },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => [registrySecret(team, 'release'), { name: KEY.name, configMap: { name: BUILDER_KEY.configMap } }],
    steps: ({ params }) => {
      const what = { IMAGE: params.image, DIGEST: params.digest };
      return [
        {
          name: 'await',
          image: images('kubectl'),
          script: script('release/await-signature.sh'),
          env: { ...TASK_RUNS, PUSH_TASK: params['push-task'], SIGNATURE_SECONDS: '300' },
          resources: SMALL,
        },
        {
          name: 'fetch',
          image: images('cosign'),
          script: script('release/verify-signature.sh'),
          env: {
            ...OWN_HOME,
            ...registryEnv(team, 'release'),
            ...what,
            PREDICATE_TYPE,
            PUBLIC_KEY: `${KEY.mountPath}/${BUILDER_KEY.key}`,
            PROVENANCE,
          },
          resources: SMALL,
          mounts: [...REGISTRY_MOUNTS, KEY],
        },
        {
          name: 'check',
          image: images('kubectl'),
          script: script('release/check-provenance.sh'),
          env: {
            ...what,
            PREDICATE_TYPE,
            PROVENANCE,
            URL: params.url,
            COMMIT: params.commit,
            BUILDER: team.builder?.id,
            TASK: PUSH_IMAGE,
            ACCOUNT: accountName('push'),
          },
          resources: SMALL,
        },
      ];
    },
  });
