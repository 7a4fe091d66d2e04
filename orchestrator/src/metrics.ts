import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Every metric of the process; https://prometheus.io/docs/practices/naming/ */

const PREFIX = 'tekton_dag_';
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** The buckets for what waits for a slot or a pod. */
const LONG_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];

/** Creates the metrics of a process; each test creates its own. */
export function createMetrics(registry = new Registry()) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: PREFIX + name, help, labelNames: [...labelNames], registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name: PREFIX + name, help, labelNames: [...labelNames], registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], labelNames: readonly L[] = []) =>
    new Histogram({ name: PREFIX + name, help, buckets, labelNames: [...labelNames], registers });
  return {
    registry,
    webhookRequests: counter('webhook_requests_total', 'Deliveries answered', ['event', 'action', 'code']),
    webhookAckSeconds: histogram('webhook_ack_seconds', 'Time from the head of a delivery to its answer', SECONDS),
    webhookBodyBytes: histogram('webhook_body_bytes', 'Size of deliveries', [1e3, 1e4, 1e5, 1e6, 25 * 2 ** 20]),
    webhookSignatures: counter('webhook_signature_total', 'Signatures checked, by the secret that they matched', [
      'result',
      'secret',
    ]),
    webhookDuplicates: counter('webhook_duplicates_total', 'Requests that were there already, by how that was known', [
      'by',
    ]),
    webhookStale: counter('webhook_stale_total', 'Events that a newer one had overtaken'),
    webhookUnmapped: counter('webhook_unmapped_total', 'Events of repositories that no team has'),
    webhookRenamed: counter('webhook_renamed_total', 'Events of repositories that teams know by a former name'),
    webhookInflightBytes: gauge('webhook_inflight_bytes', 'Bodies being read or handled'),
    memberDeliveries: counter('member_deliveries_total', 'Deliveries that a router has sent on to a member', [
      'member',
      'code',
    ]),
    memberAckSeconds: histogram(
      'member_ack_seconds',
      'Time from sending a delivery on to the answer of the member',
      SECONDS,
      ['member'],
    ),
    memberUp: gauge('member_up', '1 if the member has taken the last delivery that it was sent', ['member']),
    requestsCreated: counter('runs_created_total', 'Requests created', ['team', 'event']),
    createRetries: counter('run_create_retries_total', 'Creations tried again', ['reason']),
    requestConflicts: counter('request_conflicts_total', 'Requests of one name that were asked to be different things'),
    queueDepth: gauge('queue_depth', 'Requests that wait for a slot, or in Kueue', ['team']),
    queueWaitSeconds: histogram('queue_wait_seconds', 'From a request to its admission', LONG_SECONDS, ['team']),
    slotsInUse: gauge('slots_in_use', 'Slots held; with Kueue the runs that go on', ['team']),
    slotsLimit: gauge('slots_limit', 'Slots there are; with Kueue the quota of the team', ['team']),
    admissions: counter('admissions_total', 'Admissions tried', ['result']),
    admissionsHelped: counter('admission_helped_total', 'Admissions completed that another replica began'),
    eventToStartSeconds: histogram(
      'event_to_start_seconds',
      'From the event at the Git host to the start of its run',
      LONG_SECONDS,
    ),
    superseded: counter('superseded_total', 'Requests cancelled for a newer event'),
    orphanedRuns: counter('orphaned_runs_total', 'Runs cancelled that were not those of their request'),
    configValid: gauge('config_valid', '1 if the newest configuration is in force', ['team']),
    configGeneration: gauge('config_generation', 'Counts changes of the configuration'),
    configLastSuccess: gauge('config_last_success_timestamp_seconds', 'When a configuration was last taken'),
    leader: gauge('leader', '1 on the replica that does ordering, reporting, recovery and pruning'),
    watchRestarts: counter('watch_restarts_total', 'Watches begun again', ['kind', 'reason']),
    cacheAgeSeconds: gauge('cache_age_seconds', 'Since the API server last said anything', ['kind']),
    githubRequests: counter('github_requests_total', "Calls of GitHub's API", ['op', 'code']),
    githubRatelimitRemaining: gauge('github_ratelimit_remaining', "Calls of GitHub's API left in the hour"),
    recoveryEnabled: gauge(
      'recovery_enabled',
      '1 if the orchestrator looks for missed events: deliveries that failed, and pull requests without a delivery',
      ['loop'],
    ),
    redeliveriesRequested: counter('redeliveries_requested_total', 'Deliveries that GitHub was asked to send again'),
    missedEventsHealed: counter('missed_events_healed_total', 'Requests created for events of which no delivery came'),
    previewsClosed: counter('previews_closed_total', 'Runs whose previews are closed', ['team']),
    pruned: counter('pruned_total', 'Objects deleted past their retention', ['kind']),
    historyRecorded: counter('history_recorded_total', 'Finished runs written into the database'),
    historyUnrecorded: gauge('history_unrecorded', 'Finished runs that are not in the database yet'),
    historyBehindSeconds: gauge(
      'history_behind_seconds',
      'Since the end of the oldest run that is not in the database yet',
    ),
    eventLoopLagSeconds: gauge('eventloop_lag_seconds', 'How late the event loop is, at most in the last ten seconds'),
  };
}

/** The metrics of a process. */
export type Metrics = ReturnType<typeof createMetrics>;
