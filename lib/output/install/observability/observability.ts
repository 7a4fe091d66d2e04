import type { Construct } from 'constructs';
import { k8s } from 'cdk8s-plus-28';
import {
  PodMonitor,
  PrometheusRule,
  PrometheusRuleSpecGroupsRulesExpr as Expr,
  ServiceMonitor,
} from '../../../../imports/monitoring.coreos.com';
import type { Observability } from '../../../fleet/cluster';
import { object } from '../../../kube/object';
import { ROUTER, WEBHOOK_ROUTER } from '../../../words/names';
import { ORCHESTRATOR } from '../../team/orchestrator-service';
import { ROUTER_SELECTOR } from '../../team/router';
import { selectorOf } from '../../team/webhook-server';
import type { Alert } from './alerts';
import { ALERTS, JOBS } from './alerts';
import { dashboard } from './dashboard';

/**
 * What a Prometheus of the Prometheus Operator reads of a cluster's orchestrators, routers and Tekton, the rules by which it
 * tells somebody, and a dashboard for Grafana.
 * https://prometheus-operator.dev/docs/api-reference/api/
 * @param hasWebhookRouter whether the cluster takes webhooks for others, too
 * @param controllers namespaces in which controllers of Tekton run
 */
export function observability(
  scope: Construct,
  { namespace, labels, dashboards }: Observability,
  hasWebhookRouter: boolean,
  controllers: readonly string[],
): void {
  const metadata = (name: string) => ({ name, namespace, labels });
  const interval = '30s';
  for (const server of [ORCHESTRATOR, ...(hasWebhookRouter ? [WEBHOOK_ROUTER] : [])])
    object(scope, ServiceMonitor, metadata(server), {
      spec: {
        namespaceSelector: { any: true },
        selector: { matchLabels: selectorOf(server) },
        endpoints: [{ port: 'metrics', interval }],
      },
    });
  object(scope, PodMonitor, metadata(ROUTER), {
    spec: {
      namespaceSelector: { any: true },
      selector: { matchLabels: ROUTER_SELECTOR },
      podMetricsEndpoints: [{ port: 'metrics', interval }],
    },
  });
  object(scope, ServiceMonitor, metadata(JOBS.tekton), {
    spec: {
      namespaceSelector: { matchNames: [...controllers] },
      selector: { matchLabels: TEKTON_CONTROLLER },
      endpoints: [{ port: 'http-metrics', interval }],
    },
  });
  object(scope, PrometheusRule, metadata('tekton-dag'), {
    spec: { groups: Object.entries(ALERTS).map(([name, alerts]) => ({ name, rules: alerts.map(ruleOf) })) },
  });
  if (dashboards)
    object(
      scope,
      k8s.KubeConfigMap,
      // Grafana's sidecar finds dashboards by this label
      { ...metadata('tekton-dag-dashboard'), labels: { ...labels, grafana_dashboard: '1' } },
      { data: { 'tekton-dag.json': `${JSON.stringify(dashboard(), null, 2)}\n` } },
    );
}

/** Labels of the Service of Tekton's controller. */
const TEKTON_CONTROLLER = {
  'app.kubernetes.io/component': 'controller',
  'app.kubernetes.io/part-of': 'tekton-pipelines',
};

/** A rule as the Prometheus Operator has it. */
const ruleOf = ({ alert, expr, for: duration, severity, summary, description }: Alert) => ({
  alert,
  expr: Expr.fromString(expr),
  for: duration,
  labels: { severity },
  annotations: { summary, description },
});
