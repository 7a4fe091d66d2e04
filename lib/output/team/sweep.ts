import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS, COMPONENT } from '../../words/labels';
import type { Team } from '../../fleet/model';
import { POD_USER, SWEEPER, accountName } from '../../words/names';
import { podTemplateOf } from '../pipelines/pod-templates';
import { backendOf } from '../backends/backends';
import { closingEnv } from '../tasks/preview/close-previews';
import type { Images } from '../tasks/shared/images';
import { script } from '../tasks/shared/script';
import { object } from '../../kube/object';
import { UNPRIVILEGED, resources } from './pods';

/**
 * Renders the CronJob that closes previews whose run did not: it was deleted, was cancelled without its `finally`, failed to
 * close them, or hangs. Owner references cannot do it, since a run and its previews live in different namespaces. Where the
 * team has an orchestrator, that closes them, and nothing is rendered. The CronJob starts once an hour, as the account that
 * opens previews, with one container per environment; where no preview is open it ends at once.
 * https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
export function sweep(scope: Construct, team: Team, images: Images): void {
  if (team.environments.length === 0 || team.orchestrator.enabled) return;
  const metadata = {
    name: SWEEPER,
    namespace: team.namespace,
    labels: { [COMPONENT]: 'sweeper' },
    annotations: { [ANNOTATIONS.syncWave]: '4' },
  };
  object(scope, k8s.KubeCronJob, metadata, {
    spec: {
      schedule: '17 * * * *',
      concurrencyPolicy: 'Forbid',
      // what was missed is made up for by the next one
      startingDeadlineSeconds: 600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: 900,
          template: { metadata: { labels: metadata.labels }, spec: pod(team, images('kubectl')) },
        },
      },
    },
  });
}

/** The sweeper goes where runs go. */
function schedulingOf(site: Team['site']): Partial<k8s.PodSpec> {
  const { tolerations, ...rest } = podTemplateOf(site);
  return { ...rest, ...(tolerations && { tolerations: tolerations.map((toleration) => ({ ...toleration })) }) };
}

function pod(team: Team, image: string): k8s.PodSpec {
  return {
    serviceAccountName: accountName('preview'),
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    ...schedulingOf(team.site),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: POD_USER,
      runAsGroup: POD_USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: team.environments.map((namespace) => container(team, namespace, image)),
    volumes: [{ name: 'tmp', emptyDir: {} }],
  };
}

function container(team: Team, namespace: string, image: string): k8s.Container {
  const env = {
    ...closingEnv(backendOf(team)),
    HOME: '/tmp',
    NAMESPACE: namespace,
    RUNS_NAMESPACE: team.namespace,
  };
  return {
    name: namespace,
    image,
    command: ['/bin/sh', '-c', script('preview/sweep-previews.sh')],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    resources: resources({ cpu: '20m', memory: '64Mi' }, { cpu: '500m', memory: '256Mi' }),
    securityContext: UNPRIVILEGED,
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
}
