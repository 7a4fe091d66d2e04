import type { Construct } from 'constructs';
import { TektonConfig } from '../../../imports/operator.tekton.dev';
import type { Results } from '../../fleet/results';
import { burstOf } from '../../fleet/tekton-install';
import type { Performance } from '../../fleet/tekton-install';
import type { PipelinesAsCode, Platform, TektonOperator } from '../../fleet/tekton-operator';
import { PLATFORM_NAMES, pipelinesAsCodeSettings } from '../../fleet/tekton-operator';
import { wireKind } from '../../kube/emit';
import { object } from '../../kube/object';
import { OF_LATER_KIND } from '../../words/labels';
import { TEKTON } from '../../words/names';
import { resultSpec } from './results';
import { KEPT, OPERATOR_WAVES, inWave } from './waves';

const { apiVersion, kind } = TektonConfig.GVK;
/** The operator takes this name and no other. */
const NAME = 'config';
/** What the operator's manifest of the webhook's autoscaler says. */
const WEBHOOK_REPLICAS_MAX = 5;

/** What a cluster file says that becomes its TektonConfig. */
export interface TektonConfigProps {
  readonly platform: Platform;
  readonly operator: TektonOperator;
  readonly results?: Results;
  /** What Chains is set to; undefined: there is none. */
  readonly chain?: object;
  /** Key of the certificates in the bundle that the database is trusted by; see `databaseBundle`. */
  readonly bundle?: Parameters<typeof resultSpec>[2];
}

/**
 * Renders the TektonConfig: what the operator installs of Tekton, and how it is set. What we want off is said, since the operator has
 * most of it on. https://tekton.dev/docs/operator/tektonconfig/
 */
export function tektonConfig(
  scope: Construct,
  { platform, operator, results, chain, bundle }: TektonConfigProps,
): void {
  const { profile, triggers, settings, performance } = operator;
  object(
    scope,
    wireKind<object>(apiVersion, kind),
    { name: NAME, namespace: undefined, ...inWave(OPERATOR_WAVES.config, KEPT, OF_LATER_KIND) },
    {
      spec: {
        profile,
        targetNamespace: PLATFORM_NAMES[platform].targetNamespace,
        pipeline: {
          ...accountOf(platform),
          ...settings,
          performance: performanceOf(performance),
          options: webhooks(performance),
        },
        trigger: { disabled: !triggers },
        chain: chain ?? { disabled: true },
        ...prunersOf(operator, results !== undefined),
        result:
          results === undefined || bundle === undefined
            ? { disabled: true, is_external_db: false }
            : resultSpec(platform, results, bundle),
        platforms: { [platform]: { pipelinesAsCode: pipelinesAsCodeOf(operator.pipelinesAsCode) } },
        ...(profile === 'all' && platform === 'kubernetes' && { dashboard: { readonly: true } }),
        // or the operator makes an account `pipeline` with rights in every namespace
        ...(platform === 'openshift' && { params: [{ name: 'createRbacResource', value: 'false' }] }),
      },
    },
  );
}

/** Of runs that name none. On OpenShift the operator's is `pipeline`, which it is told not to make. */
const accountOf = (platform: Platform) => (platform === 'openshift' ? { 'default-service-account': 'default' } : {});

/** Each replica of the controller leads for a part of the runs. */
const performanceOf = (performance: Performance) => ({
  'disable-ha': false,
  replicas: performance.replicas,
  buckets: performance.replicas,
  'threads-per-controller': performance.threads,
  'kube-api-qps': performance.kubeApiQps,
  'kube-api-burst': burstOf(performance),
});

const webhooks = ({ webhookReplicas }: Performance) => ({
  horizontalPodAutoscalers: {
    [TEKTON.webhook]: {
      spec: { minReplicas: webhookReplicas, maxReplicas: Math.max(WEBHOOK_REPLICAS_MAX, webhookReplicas) },
    },
  },
});

/** The pruner that runs by the clock is never on; the other one, unless Results prunes what it has archived. */
const prunersOf = ({ pruner }: TektonOperator, isArchived: boolean) => ({
  pruner: { disabled: true },
  tektonpruner: isArchived
    ? { disabled: true, 'global-config': {} }
    : {
        disabled: false,
        'global-config': { enforcedConfigLevel: 'global', ...(pruner ?? { historyLimit: PRUNER_LIMIT }) },
      },
});
/** The pruner's own default. */
const PRUNER_LIMIT = 100;

const pipelinesAsCodeOf = (said: PipelinesAsCode | undefined) => ({
  enable: said !== undefined,
  settings: { ...HUB, ...said?.settings, ...(said && pipelinesAsCodeSettings(said)) },
});
/**
 * Where nothing says the type of the hub, the operator's webhook asks the network for it. Said also where Pipelines-as-Code is off:
 * the webhook breaks on settings that are empty, and the cluster refuses the TektonConfig.
 */
const HUB = { 'hub-catalog-type': 'artifacthub' } as const;
