import { Fleet, HOME, Param, RESTRICTED, Result, SMALL, Task } from 'tekton-dag';
import type { TaskFactory } from 'tekton-dag';

const script = `#!/bin/sh
set -eu
curl --fail --silent --show-error --header "Authorization: Bearer $(cat /licences/token)" \\
  --data-urlencode "image=$IMAGE" https://licences.example.com/check >"$RESULT_VERDICT"
`;

const licences = ((scope, { images }) =>
  new Task(scope, 'licences', {
    description: 'Asks the licence server about an image',
    params: { image: Param.string() },
    results: { VERDICT: Result.string('What the server says') },
    securityContext: RESTRICTED,
    env: HOME,
    volumes: () => [{ name: 'licences', secret: { secretName: 'licence-server' } }],
    steps: ({ params }) => [
      {
        name: 'ask',
        image: images('kubectl'),
        script,
        env: { IMAGE: params.image },
        results: ['VERDICT'],
        resources: SMALL,
        mounts: [{ name: 'licences', mountPath: '/licences', readOnly: true }],
      },
    ],
  })) satisfies TaskFactory<unknown>;

/** Every pull request of a member, of every team, asks the licence server about the images that it builds. */
export default new Fleet({
  secrets: { 'licence-server': ['token'] },
  prTest: ({ pipeline, tasks, apps }) => {
    for (const { name, image, when } of apps)
      pipeline.task(`licences-${name}`, tasks.use(licences), {
        when,
        timeout: '5m0s',
        params: { image },
      });
  },
});
