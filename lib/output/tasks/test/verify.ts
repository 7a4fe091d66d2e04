import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import { cloneStep, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { ofTeam } from '../shared/of-team';
import { script } from '../shared/script';
import { HOME, MEDIUM, RESTRICTED, SOURCE } from '../shared/steps';

/**
 * Renders Task `verify`: it runs `validate` and `synth --check` on the platform repository, inside the cluster.
 *
 * Params: the revision, and the file of the stack.
 * The TaskRun fails with the problems that the two commands print.
 */
export const verifyRepository = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'verify', {
    description: 'Checks the platform repository at a revision',
    params: {
      revision: Param.string(),
      stack: Param.string({ description: 'File of the stack' }),
      url: ofTeam(team, team.platform.repoURL ?? '', 'Platform repository'),
    },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => gitSecrets(team, 'read'),
    steps: ({ params }) => [
      cloneStep(team, images, {
        url: params.url,
        revision: params.revision,
        appRevision: '',
        contextDir: '.',
      }),
      {
        name: 'verify',
        image: images('platform'),
        script: script('test/verify.sh'),
        env: { SOURCE, STACK: params.stack },
        resources: MEDIUM,
      },
    ],
  });
