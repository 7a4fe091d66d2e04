import { Fleet, HOME, Param, RESTRICTED, SMALL, SOURCE, Task, checkout } from 'tekton-dag';
import type { TaskFactory } from 'tekton-dag';

const script = `#!/bin/sh
set -eu
cd "$SOURCE/$CONTEXT_DIR"
[ -f OWNERS ] || { echo "$CONTEXT_DIR has no file OWNERS" >&2; exit 1; }
`;

const owners = ((scope, context) =>
  new Task(scope, 'owners', {
    description: 'Checks that the folder of an app says who owns it',
    params: { url: Param.string(), commit: Param.string(), 'context-dir': Param.string() },
    securityContext: RESTRICTED,
    env: HOME,
    volumes: ({ params }) => checkout(context, params).volumes,
    steps: ({ params }) => [
      checkout(context, params).step,
      {
        name: 'check',
        image: context.images('git'),
        script,
        env: { SOURCE, CONTEXT_DIR: params['context-dir'] },
        resources: SMALL,
      },
    ],
  })) satisfies TaskFactory<unknown>;

/** Every pull request, of every team, looks into the folders of the apps that it changes. */
export default new Fleet({
  prTest: ({ pipeline, tasks, apps }) => {
    for (const { name, url, commit, contextDir, whenAlsoOfForks } of apps)
      pipeline.task(`owners-${name}`, tasks.use(owners), {
        when: whenAlsoOfForks,
        timeout: '5m0s',
        params: { url, commit, 'context-dir': contextDir },
      });
  },
});
