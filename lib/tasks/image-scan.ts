import type { Construct } from 'constructs';
import { Param } from '../tekton/param';
import { Task } from '../tekton/task';
import type { TaskContext } from './context';
import { script } from './script';
import { HOME, MEDIUM, RESTRICTED } from './step';

/** `image-scan`, for hook post-build: fails on critical vulnerabilities that are mended upstream. */
export const imageScan = (scope: Construct, { images, team }: TaskContext) =>
  new Task(scope, 'image-scan', {
    description: 'Scans the image of an app for known vulnerabilities',
    params: { app: Param.string(), image: Param.string() },
    securityContext: RESTRICTED,
    env: { ...HOME },
    steps: ({ params }) => [
      {
        name: 'scan',
        image: images('trivy'),
        script: script('image-scan.sh'),
        env: { APP: params.app, IMAGE: params.image, INSECURE: String(team.insecureRegistry) },
        resources: MEDIUM,
      },
    ],
  });
