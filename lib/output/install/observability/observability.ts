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
import { ROUTER } from '../../../words/names';
import { ORCHESTRATOR, ORCHESTRATOR_SELECTOR } from '../../team/orchestrator-service';
import { ROUTER_SELECTOR } from '../../team/router';
import type { Alert } from './alerts';
import { ALERTS, JOBS } from './alerts';
import { dashboard } from './dashboard';

/**
 * What a Prometheus of the Prometheus Operator reads of a cluster's orchestrators, routers and Tekton, the rules by which it
 * tells somebody, and a dashboard for Grafana.
 * https://prometheus-operator.dev/docs/api-reference/api/
 * @param tektonNamespace where Tekton's controller is
 */
export function observability(
  scope: Construct,
  { namespace, labels, dashboards }: Observability,
  tektonNamespace: string,
): void {
  const metadata = (name: string) => ({ name, namespace, labels });
  const interval = '30s';
  object(scope, ServiceMonitor, metadata(ORCHESTRATOR), {
    spec: {
      namespaceSelector: { any: true },
      selector: { matchLabels: ORCHESTRATOR_SELECTOR },
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
      namespaceSelector: { matchNames: [tektonNamespace] },
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
