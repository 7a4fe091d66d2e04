import type { Construct } from 'constructs';
import type { Team } from '../../../fleet/model';
import type { InterceptBackend } from '../../../fleet/team';
import { RUN_MINUTES } from '../../../words/names';
import { Param } from '../../../tekton/param';
import { PIPELINE_RUN_NAME, Task } from '../../../tekton/task';
import { text } from '../../../tekton/value';
import type { TaskContext } from '../shared/context';
import { APPS_MOUNT, PREVIEW_ENV, ROLLOUT_ENV, ROUTER_ENV, appsVolume } from '../shared/environment-steps';
import type { Images } from '../shared/images';
import { PROPAGATION } from '../shared/propagation';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/** An hour longer than a run of the team may last: an operator that closes previews by itself closes none that a run needs. */
const lifetimeSeconds = ({ timeouts }: Team): string => String(((timeouts['pr-test'] ?? RUN_MINUTES.usual) + 60) * 60);
/** Account of the previews' pods in an environment, for Telepresence's client alone; whoever runs Telepresence makes it. */
export const TELEPRESENCE_ACCOUNT = 'telepresence-client';

interface Backend {
  readonly script: string;
  readonly how: string;
  readonly env?: (images: Images, team: Team) => Readonly<Record<string, string>>;
}

const BACKENDS: Readonly<Record<InterceptBackend, Backend>> = {
  /** Needs nothing but the environment's own router. The session is told by the header or by the member of baggage. */
  router: { script: 'preview/preview-router.sh', how: 'the router sends the requests of the session there' },
  /** Needs nothing; no request is sent anywhere by its header. */
  none: { script: 'preview/preview-none.sh', how: 'it answers by its own name only' },
  /**
   * Needs the Gateway API's CRDs and an implementation: a mesh that takes routes for Services (Istio, Linkerd, Cilium),
   * with callers inside it, or a Gateway to which the apps' names lead (`gateway` of the team). Open source; no privileges
   * of ours. Exact match of the header is all that every implementation has, so baggage alone is not followed.
   * https://gateway-api.sigs.k8s.io/
   */
  gateway: { script: 'preview/preview-gateway.sh', how: 'an HTTPRoute sends the requests of the session there' },
  /**
   * Needs the mirrord operator with preview environments (3.190 or later), which is commercial: a licence, and its own
   * privileged agents beside the stable pods, whose nodes must allow them. The pod is the operator's copy of the stable
   * one with the new image, so the app must be deployed; changes of its Deployment in the same pull request do not show.
   * Written after the operator's CRD, not tried against an operator. https://metalbear.com/mirrord/docs
   */
  mirrord: {
    script: 'preview/preview-mirrord.sh',
    how: 'the mirrord operator sends the requests of the session there',
    env: (_, team) => ({ LIFETIME_SECONDS: lifetimeSeconds(team) }),
  },
  /**
   * Needs Telepresence's traffic manager (2.25 or later, Apache-2.0), which puts an agent into the stable pods and
   * restarts them once; and a ServiceAccount `telepresence-client` in the environment with the client's rights
   * (https://telepresence.io/docs/howtos/client-rbac). The preview's own pod has an agent with NET_ADMIN and /dev/net/tun:
   * the namespace must be Pod Security `privileged`, and nodes must give containers that device. Baggage alone is not
   * followed. Written after its documentation, not tried against a traffic manager.
   */
  telepresence: {
    script: 'preview/preview-telepresence.sh',
    how: 'Telepresence sends the requests of the session there',
    env: (images) => ({
      AGENT_IMAGE: images('telepresence'),
      AGENT_ACCOUNT: TELEPRESENCE_ACCOUNT,
      AGENT_SCRIPT: script('preview/telepresence-agent.sh'),
    }),
  },
};

/**
 * Renders Task `preview-app`: it opens the preview of an app, which is a Deployment beside the stable one and an
 * object that leads requests of the session there. The TaskRun succeeds once requests arrive. The params are the same
 * for every backend; `BACKENDS` says what each needs of the cluster.
 *
 * All objects are named `<app>-<session>`. Label `tekton-dag.io/run-uid` lets close-previews find them. A second run takes
 * over what is there.
 *
 * Params: the app with its ports, the namespace of its environment, and the ConfigMap with its Deployment. Also the image by
 * digest, the commit of its source, the UID of the PipelineRun, and the session as the stack propagates it.
 * The TaskRun fails if the pods do not get ready or requests do not arrive in time, and says why.
 */
export const previewApp = (scope: Construct, { team, images }: TaskContext) => {
  const backend = BACKENDS[team.interceptBackend];
  return new Task(scope, 'preview-app', {
    description: `Runs an image of an app beside its stable pods; ${backend.how}`,
    params: {
      app: Param.string(),
      namespace: Param.string({ description: 'Namespace of the environment' }),
      apps: Param.string({ description: 'ConfigMap with the Deployments of the stack' }),
      image: Param.string({ description: 'As a node pulls it, by digest' }),
      commit: Param.string({ description: 'Commit of its source' }),
      'run-uid': Param.string({ description: 'UID of the PipelineRun: what it opens is closed by it' }),
      'service-port': Param.string(),
      'container-port': Param.string(),
      ...PROPAGATION,
    },
    volumes: ({ params }) => [appsVolume(params.apps)],
    steps: ({ params }) => [
      {
        name: 'preview',
        image: images('kubectl'),
        script: script(backend.script),
        env: {
          ...HOME,
          ...ROLLOUT_ENV,
          ...ROUTER_ENV,
          ...PREVIEW_ENV,
          ...backend.env?.(images, team),
          NAME: text`${params.app}-${params.session}`,
          APP: params.app,
          NAMESPACE: params.namespace,
          APPS: params.apps,
          IMAGE: params.image,
          COMMIT: params.commit,
          SESSION: params.session,
          RUN_UID: params['run-uid'],
          RUN_NAME: PIPELINE_RUN_NAME,
          SERVICE_PORT: params['service-port'],
          CONTAINER_PORT: params['container-port'],
          HEADER: params.header,
          BAGGAGE_KEY: params['baggage-key'],
        },
        mounts: [APPS_MOUNT],
        resources: SMALL,
        securityContext: RESTRICTED,
      },
    ],
  });
};
