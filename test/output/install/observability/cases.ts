/**
 * For each alert, series by which it fires, whom it then names, and series by which it must not. `a+bxn` is a, then n times b
 * more, a minute each. https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
 */
export interface Case {
  readonly fires: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly quiet: Readonly<Record<string, string>>;
}

const UP = 'up{job="tekton-dag-orchestrator",namespace="ci-a",pod="o-0"}';
const UP_TOO = 'up{job="tekton-dag-orchestrator",namespace="ci-a",pod="o-1"}';
const routerUp = (pod: string) =>
  `up{job="tekton-dag-webhook-router",namespace="tekton-dag-webhook-router",pod="${pod}"}`;
const [ROUTER_UP, ROUTER_UP_TOO] = [routerUp('w-0'), routerUp('w-1')];
const sent = (member: string, code: string) =>
  `tekton_dag_member_deliveries_total{namespace="tekton-dag-webhook-router",pod="w-0",member="${member}",code="${code}"}`;
const requests = (code: string) => `tekton_dag_webhook_requests_total{namespace="ci-a",pod="o-0",code="${code}"}`;
const signatures = (result: string) =>
  `tekton_dag_webhook_signature_total{namespace="ci-a",pod="o-0",result="${result}",secret=""}`;
const queue = (name: string) => `tekton_dag_${name}{namespace="ci-a",pod="o-0",team="a"}`;
const wait = (le: string) => `tekton_dag_queue_wait_seconds_bucket{namespace="ci-a",team="a",le="${le}"}`;
const latency = 'tekton_pipelines_controller_taskruns_pod_latency_milliseconds_sum{namespace="ci-a",task="t"}';
const duration = 'tekton_pipelines_controller_taskrun_duration_seconds_sum{namespace="ci-a",task="t"}';
const rejected = (type: string) =>
  `apiserver_admission_webhook_rejection_count{error_type="${type}",name="validation.webhook.pipeline.tekton.dev"}`;
const pending = 'kube_pod_status_phase{namespace="ci-a",pod="x-pod",phase="Pending"}';
const owner = (kind: string) => `kube_pod_owner{namespace="ci-a",pod="x-pod",owner_kind="${kind}",owner_name="x"}`;
const DEPTH = 'kn_workqueue_depth{job="tekton-pipelines-controller",name="taskruns"}';
const NAMESPACE = { namespace: 'ci-a' };

export const CASES: Readonly<Record<string, Case>> = {
  TektonDagOrchestratorDown: {
    fires: { [UP]: '0x180', [UP_TOO]: '0x180' },
    labels: NAMESPACE,
    quiet: { [UP]: '0x180', [UP_TOO]: '1x180' },
  },
  TektonDagNobodyLeads: {
    fires: { 'tekton_dag_leader{namespace="ci-a",pod="o-0"}': '0x180' },
    labels: NAMESPACE,
    quiet: {
      'tekton_dag_leader{namespace="ci-a",pod="o-0"}': '0x180',
      'tekton_dag_leader{namespace="ci-a",pod="o-1"}': '1x180',
    },
  },
  TektonDagWebhookErrors: {
    fires: { [requests('202')]: '0+90x180', [requests('503')]: '0+10x180' },
    labels: NAMESPACE,
    // refusals are no errors of ours
    quiet: { [requests('202')]: '0+97x180', [requests('503')]: '0+3x180', [requests('401')]: '0+50x180' },
  },
  TektonDagBadSignatures: {
    fires: { [signatures('bad')]: '0+2x180' },
    labels: NAMESPACE,
    quiet: { [signatures('bad')]: '0+1x180', [signatures('good')]: '0+90x180' },
  },
  TektonDagWebhookRouterDown: {
    fires: { [ROUTER_UP]: '0x180', [ROUTER_UP_TOO]: '0x180' },
    labels: { namespace: 'tekton-dag-webhook-router' },
    quiet: { [ROUTER_UP]: '0x180', [ROUTER_UP_TOO]: '1x180', [UP]: '0x180' },
  },
  TektonDagMemberFails: {
    fires: { [sent('eu', '202')]: '0+9x180', [sent('us', '202')]: '0+9x180', [sent('us', 'none')]: '0+1x180' },
    labels: { namespace: 'tekton-dag-webhook-router', member: 'us' },
    // one that is restarting is asked again
    quiet: { [sent('eu', '202')]: '0+50x180', [sent('eu', '200')]: '0+49x180', [sent('eu', 'none')]: '0+1x180' },
  },
  TektonDagQueueStands: {
    fires: { [queue('queue_depth')]: '3x180', [queue('slots_in_use')]: '0x180' },
    labels: { ...NAMESPACE, pod: 'o-0', team: 'a' },
    quiet: { [queue('queue_depth')]: '3x180', [queue('slots_in_use')]: '1x180' },
  },
  TektonDagQueueWait: {
    fires: { [wait('300')]: '0+1x180', [wait('3600')]: '0+9x180', [wait('+Inf')]: '0+9x180' },
    labels: { team: 'a' },
    quiet: { [wait('300')]: '0+9x180', [wait('3600')]: '0+9x180', [wait('+Inf')]: '0+9x180' },
  },
  TektonDagAdmissionsRefused: {
    fires: { 'tekton_dag_admissions_total{namespace="ci-a",pod="o-0",result="refused"}': '0+1x180' },
    labels: NAMESPACE,
    quiet: { 'tekton_dag_admissions_total{namespace="ci-a",pod="o-0",result="admitted"}': '0+9x180' },
  },
  TektonDagConfigurationRefused: {
    fires: { [queue('config_valid')]: '0x180' },
    labels: { ...NAMESPACE, team: 'a' },
    quiet: { [queue('config_valid')]: '1x180' },
  },
  TektonDagWatchSilent: {
    fires: { 'tekton_dag_cache_age_seconds{namespace="ci-a",pod="o-0",kind="pods"}': '700x180' },
    labels: { ...NAMESPACE, pod: 'o-0', kind: 'pods' },
    quiet: { 'tekton_dag_cache_age_seconds{namespace="ci-a",pod="o-0",kind="pods"}': '60x180' },
  },
  TektonDagEventLoopBusy: {
    fires: { 'tekton_dag_eventloop_lag_seconds{namespace="ci-a",pod="o-0"}': '2x180' },
    labels: { ...NAMESPACE, pod: 'o-0' },
    quiet: { 'tekton_dag_eventloop_lag_seconds{namespace="ci-a",pod="o-0"}': '0.2x180' },
  },
  TektonDagGitHubLimit: {
    fires: { 'tekton_dag_github_ratelimit_remaining{namespace="ci-a",pod="o-0"}': '100x180' },
    labels: NAMESPACE,
    quiet: { 'tekton_dag_github_ratelimit_remaining{namespace="ci-a",pod="o-0"}': '4000x180' },
  },
  TektonControllerDown: {
    fires: { 'up{job="tekton-pipelines-controller",instance="a"}': '0x180' },
    labels: {},
    quiet: {
      'up{job="tekton-pipelines-controller",instance="a"}': '0x180',
      'up{job="tekton-pipelines-controller",instance="b"}': '1x180',
    },
  },
  TektonWebhookFails: {
    fires: { [rejected('calling_webhook_error')]: '0+1x180' },
    labels: { name: 'validation.webhook.pipeline.tekton.dev' },
    // a Pipeline that is wrong is refused as it should be
    quiet: { [rejected('no_error')]: '0+5x180' },
  },
  TektonOverhead: {
    fires: { [latency]: '0+10000x180', [duration]: '0+100x180' },
    labels: NAMESPACE,
    quiet: { [latency]: '0+4000x180', [duration]: '0+100x180' },
  },
  TektonTasksThrottled: {
    fires: { 'tekton_pipelines_controller_running_taskruns_throttled_by_node{namespace="ci-a"}': '1x180' },
    labels: NAMESPACE,
    quiet: {
      'tekton_pipelines_controller_running_taskruns_throttled_by_node{namespace="ci-a"}': '0x180',
      'tekton_pipelines_controller_running_taskruns_throttled_by_quota{namespace="ci-a"}': '0x180',
    },
  },
  TektonQueueGrows: { fires: { [DEPTH]: '500x180' }, labels: { name: 'taskruns' }, quiet: { [DEPTH]: '20x180' } },
  TektonResolutionWaits: {
    fires: { tekton_pipelines_controller_running_pipelineruns_waiting_on_pipeline_resolution: '1x180' },
    labels: {},
    quiet: { tekton_pipelines_controller_running_pipelineruns_waiting_on_pipeline_resolution: '0x180' },
  },
  TektonPodPending: {
    fires: { [pending]: '1x180', [owner('TaskRun')]: '1x180' },
    labels: { ...NAMESPACE, pod: 'x-pod', phase: 'Pending' },
    // of somebody else
    quiet: { [pending]: '1x180', [owner('ReplicaSet')]: '1x180' },
  },
};
