import { TEKTON, WEBHOOK_ROUTER } from '../../../words/names';
import { ORCHESTRATOR } from '../../team/orchestrator-service';

/**
 * Rules by which Prometheus tells somebody. Each names who is concerned, and what to do.
 * https://prometheus.io/docs/practices/alerting/
 */

export interface Alert {
  readonly alert: string;
  /** Over series of our own programs, Tekton's controller, the API server and kube-state-metrics. */
  readonly expr: string;
  /** How long it must hold. */
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  /** Who is concerned, in one line. */
  readonly summary: string;
  /** What it means and what to do. */
  readonly description: string;
}

/** What Prometheus calls the series of a Service: by its name. */
export const JOBS = { orchestrator: ORCHESTRATOR, router: WEBHOOK_ROUTER, tekton: TEKTON.controller } as const;

/**
 * Of the time of a namespace's tasks, the part before their pods run.
 * @param selector of series, in braces
 */
export const overhead = (selector = ''): string =>
  `sum by (namespace) (rate(tekton_pipelines_controller_taskruns_pod_latency_milliseconds_sum${selector}[1h])) / 1000 / sum by (namespace) (rate(tekton_pipelines_controller_taskrun_duration_seconds_sum${selector}[1h]))`;

/** Tekton's own part of the time of a run that is no longer acceptable. */
const OVERHEAD_MAX = 0.05;

const OF_ORCHESTRATORS: readonly Alert[] = [
  {
    alert: 'TektonDagOrchestratorDown',
    expr: `sum by (namespace) (up{job="${JOBS.orchestrator}"}) == 0`,
    for: '5m',
    severity: 'critical',
    summary: 'No orchestrator answers in {{ $labels.namespace }}',
    description:
      'Webhooks of its teams are refused, and nothing is admitted. Look at the pods of Deployment tekton-dag-orchestrator there. Deliveries that fail meanwhile are asked for again once it is back.',
  },
  {
    alert: 'TektonDagNobodyLeads',
    expr: `sum by (namespace) (tekton_dag_leader) == 0`,
    for: '5m',
    severity: 'critical',
    summary: 'No replica of the orchestrator leads in {{ $labels.namespace }}',
    description:
      'Requests are taken, and none is ordered, reported or recovered. Look for errors of the Lease in the logs of the orchestrator.',
  },
  {
    alert: 'TektonDagWebhookErrors',
    expr: `sum by (namespace) (rate(tekton_dag_webhook_requests_total{code=~"5.."}[10m])) / sum by (namespace) (rate(tekton_dag_webhook_requests_total[10m])) > 0.05`,
    for: '10m',
    severity: 'critical',
    summary: '{{ $value | humanizePercentage }} of the deliveries fail in {{ $labels.namespace }}',
    description:
      'The orchestrator answers Git hosts with errors of its own. Its log names each delivery with the cause; most often the API server is slow or refuses.',
  },
  {
    alert: 'TektonDagBadSignatures',
    expr: `sum by (namespace) (increase(tekton_dag_webhook_signature_total{result="bad"}[15m])) > 20`,
    for: '5m',
    severity: 'warning',
    summary: 'Deliveries with bad signatures come to {{ $labels.namespace }}',
    description:
      'Either a webhook has another secret than the Secret github-webhook-secret, or somebody guesses. The log has the addresses.',
  },
  {
    alert: 'TektonDagQueueStands',
    expr: `tekton_dag_queue_depth > 0 and on (namespace, pod, team) tekton_dag_slots_in_use == 0`,
    for: '10m',
    severity: 'critical',
    summary: 'Requests of team {{ $labels.team }} wait although nothing runs',
    description:
      'Nothing is admitted. Column Message of `kubectl get rreq` says why of each request; the log of the orchestrator has what the API server refuses.',
  },
  {
    alert: 'TektonDagQueueWait',
    expr: `histogram_quantile(0.9, sum by (le, team) (rate(tekton_dag_queue_wait_seconds_bucket[30m]))) > 900`,
    for: '15m',
    severity: 'warning',
    summary: 'Every tenth run of team {{ $labels.team }} waits for more than a quarter of an hour',
    description:
      'The team asks for more runs than maxConcurrentRuns lets it have. Raise it, with the quota, or look for runs that hang.',
  },
  {
    alert: 'TektonDagAdmissionsRefused',
    expr: `sum by (namespace) (increase(tekton_dag_admissions_total{result="refused"}[30m])) > 3`,
    for: '5m',
    severity: 'warning',
    summary: 'The cluster refuses runs in {{ $labels.namespace }}',
    description:
      'Tekton or an admission policy does not take a PipelineRun. The requests are Failed, and their Message says what is wrong; most often dist/ of the team is older than its orchestrator.',
  },
  {
    alert: 'TektonDagConfigurationRefused',
    expr: `min by (namespace, team) (tekton_dag_config_valid) == 0`,
    for: '5m',
    severity: 'critical',
    summary: 'The orchestrator does not take the configuration in {{ $labels.namespace }}',
    description:
      'It goes on with the one of before. Its log says what is wrong; synth writes a configuration that it takes.',
  },
  {
    alert: 'TektonDagWatchSilent',
    expr: `max by (namespace, pod, kind) (tekton_dag_cache_age_seconds) > 600`,
    for: '5m',
    severity: 'warning',
    summary: 'An orchestrator in {{ $labels.namespace }} has heard nothing of {{ $labels.kind }} for ten minutes',
    description: 'Its view of the cluster may be old. Look at the network between the pod and the API server.',
  },
  {
    alert: 'TektonDagEventLoopBusy',
    expr: `max by (namespace, pod) (tekton_dag_eventloop_lag_seconds) > 1`,
    for: '5m',
    severity: 'warning',
    summary: 'An orchestrator in {{ $labels.namespace }} answers late',
    description: 'It has too little CPU, or too much comes at once. Raise its replicas or its CPU.',
  },
  {
    alert: 'TektonDagGitHubLimit',
    expr: `min by (namespace) (tekton_dag_github_ratelimit_remaining) < 200`,
    for: '5m',
    severity: 'warning',
    summary: 'Few calls of GitHub are left in {{ $labels.namespace }}',
    description:
      'When none is left, nothing is reported and no right can be asked for until the hour is over. Give each team a token or App of its own.',
  },
];

const OF_ROUTERS: readonly Alert[] = [
  {
    alert: 'TektonDagWebhookRouterDown',
    expr: `sum by (namespace) (up{job="${JOBS.router}"}) == 0`,
    for: '5m',
    severity: 'critical',
    summary: 'The webhook router does not answer in {{ $labels.namespace }}',
    description: `No cluster gets the deliveries of its webhook. Look at the pods of Deployment ${WEBHOOK_ROUTER} there. Orchestrators that may read the webhook ask for what fails meanwhile.`,
  },
  {
    alert: 'TektonDagMemberFails',
    expr: `sum by (namespace, member) (rate(tekton_dag_member_deliveries_total{code!~"2.."}[15m])) / sum by (namespace, member) (rate(tekton_dag_member_deliveries_total[15m])) > 0.05`,
    for: '10m',
    severity: 'critical',
    summary:
      'Member {{ $labels.member }} does not take {{ $value | humanizePercentage }} of what the webhook router sends it',
    description:
      'The Git host learns that these deliveries failed, and is asked for them again for two hours. The log of the router says what the member answers: 401 where it has another webhook secret, no answer where it is away or its address is wrong.',
  },
];

const OF_TEKTON: readonly Alert[] = [
  {
    alert: 'TektonControllerDown',
    expr: `absent(up{job="${JOBS.tekton}"} == 1)`,
    for: '5m',
    severity: 'critical',
    summary: 'The controller of Tekton does not answer',
    description:
      'Runs are admitted and do not start. Look at Deployment tekton-pipelines-controller in tekton-pipelines.',
  },
  {
    alert: 'TektonWebhookFails',
    expr: `sum by (name) (increase(apiserver_admission_webhook_rejection_count{error_type="calling_webhook_error",name=~".*pipeline.tekton.dev"}[10m])) > 0`,
    for: '5m',
    severity: 'critical',
    summary: 'The API server cannot call {{ $labels.name }}',
    description:
      'No run can be made or written down. Either no pod of Deployment tekton-pipelines-webhook is ready, or its certificate (Secret webhook-certs) is not the one that its configuration trusts.',
  },
  {
    alert: 'TektonOverhead',
    expr: `${overhead()} > ${OVERHEAD_MAX}`,
    for: '1h',
    severity: 'warning',
    summary:
      'Tasks in {{ $labels.namespace }} spend {{ $value | humanizePercentage }} of their time before their pod runs',
    description:
      'The objective is five percent. Pods wait for nodes or images: look at the scheduler and at how fast images come. A task of a few seconds has a larger part by its nature.',
  },
  {
    alert: 'TektonTasksThrottled',
    expr: `sum by (namespace) (tekton_pipelines_controller_running_taskruns_throttled_by_quota) > 0 or sum by (namespace) (tekton_pipelines_controller_running_taskruns_throttled_by_node) > 0`,
    for: '15m',
    severity: 'warning',
    summary: 'Tasks in {{ $labels.namespace }} wait for quota or for a node',
    description:
      'The quota of the namespace or the nodes are too small for maxConcurrentRuns. `kubectl get rreq` names the runs.',
  },
  {
    alert: 'TektonQueueGrows',
    expr: `sum by (name) (kn_workqueue_depth{job="${JOBS.tekton}"}) > 200`,
    for: '15m',
    severity: 'warning',
    summary: 'The controller of Tekton is {{ $value }} changes behind',
    description: 'Raise tekton.performance of the cluster: threads and kubeApiQps first, then replicas.',
  },
  {
    alert: 'TektonResolutionWaits',
    expr: `sum(tekton_pipelines_controller_running_pipelineruns_waiting_on_pipeline_resolution) > 0 or sum(tekton_pipelines_controller_running_taskruns_waiting_on_task_resolution_count) > 0`,
    for: '15m',
    severity: 'warning',
    summary: 'Runs wait for a remote Pipeline or Task',
    description:
      'The output of synth has no remote references, so these are runs of somebody else. Look at the resolvers in tekton-pipelines-resolvers.',
  },
  {
    alert: 'TektonPodPending',
    expr: `(kube_pod_status_phase{phase="Pending"} == 1) and on (namespace, pod) kube_pod_owner{owner_kind="TaskRun"}`,
    for: '15m',
    severity: 'warning',
    summary: 'Pod {{ $labels.namespace }}/{{ $labels.pod }} of a task does not start',
    description:
      'No node has room for it, its image cannot be pulled, or a volume does not come: `kubectl describe pod` says which.',
  },
];

/** Groups of rules by what they are about. */
export const ALERTS: Readonly<Record<string, readonly Alert[]>> = {
  'tekton-dag': [...OF_ORCHESTRATORS, ...OF_ROUTERS],
  tekton: OF_TEKTON,
};
