import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { Mount } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { registryAuth } from '../shared/registry';
import { script } from '../shared/script';
import { HOME, MEDIUM, RESTRICTED } from '../shared/steps';

const AUTH: Mount = { name: 'registry', mountPath: '/credentials/registry', readOnly: true };

/**
 * Renders Task `image-scan`, for hook post-build: it scans an image for known vulnerabilities. It reads the image with
 * the first Secret of `secrets.names.imagePull`, or without a credential.
 *
 * Params: the app, and its image by digest.
 * The TaskRun fails if the image has a critical vulnerability that is fixed upstream.
 * https://trivy.dev/docs/latest/references/configuration/cli/trivy_image/
 */
export const imageScan = (scope: Construct, { images, team }: TaskContext) =>
  new Task(scope, 'image-scan', {
    description: 'Scans the image of an app for known vulnerabilities',
    params: { app: Param.string(), image: Param.string() },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => team.secrets.names.imagePull.slice(0, 1).map((name) => registryAuth(AUTH.name, name)),
    steps: ({ params }) => [
      {
        name: 'scan',
        image: images('trivy'),
        script: script('hooks/image-scan.sh'),
        env: {
          APP: params.app,
          IMAGE: params.image,
          PULL_REGISTRY: team.imageRegistry,
          PUSH_REGISTRY: team.pushRegistry,
          INSECURE: String(team.insecureRegistry),
          REGISTRY_AUTH: AUTH.mountPath,
        },
        mounts: team.secrets.names.imagePull.length > 0 ? [AUTH] : [],
        resources: MEDIUM,
      },
    ],
  });
