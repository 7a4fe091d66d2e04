import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Result, Task } from '../../../tekton/task';
import { taskContext } from '../../../tekton/value';
import { cloneStep, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `find-tested-image`: it finds the image that a succeeded, trusted run of a pull request recorded for
 * the git tree of a commit. It does not read tags: whoever may push to the path of pull requests could plant one.
 *
 * Params: the app, its repository and revision, the stack, and the repository that pull requests push to. Results:
 * `IMAGE` by digest, its `DIGEST` alone and `KEY` of its build (all empty if there is none), `COMMIT` and `TREE`.
 * The TaskRun fails if the revision cannot be cloned or the runs cannot be listed.
 */
export const findTestedImage = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'find-tested-image', {
    description: 'Finds the image that was tested with the tree of a commit',
    params: {
      app: Param.string(),
      url: Param.string(),
      revision: Param.string(),
      stack: Param.string(),
      image: Param.string({ description: 'Where pull requests push, without tag' }),
    },
    results: {
      IMAGE: Result.string('Image by digest, or nothing'),
      DIGEST: Result.string('Digest of that image, or nothing'),
      KEY: Result.string('Key of all that it is made of, or nothing'),
      COMMIT: Result.string('Commit of the revision'),
      TREE: Result.string('Git tree of the commit'),
    },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => gitSecrets(team, 'read'),
    steps: ({ params, stepResult }) => [
      cloneStep(team, images, { url: params.url, revision: params.revision, appRevision: '', contextDir: '.' }),
      {
        name: 'find',
        image: images('kubectl'),
        script: script('release/find-tested-image.sh'),
        env: {
          APP: params.app,
          STACK: params.stack,
          IMAGE: params.image,
          NAMESPACE: taskContext.namespace,
          TREE: stepResult('clone', 'TREE'),
        },
        results: ['IMAGE', 'DIGEST', 'KEY'],
        resources: SMALL,
      },
    ],
  });
