import { JOBS, overhead } from './alerts';

/**
 * A dashboard of Grafana, of panels that each show one thing over time.
 * https://grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model/
 */

interface Panel {
  readonly title: string;
  /** Units as Grafana names them. */
  readonly unit: 'short' | 's' | 'ms' | 'percentunit' | 'reqps';
  /** Expressions by what a line is called. */
  readonly lines: Readonly<Record<string, string>>;
}

const PANELS: readonly Panel[] = [
  {
    title: 'Requests that wait',
    unit: 'short',
    lines: { '{{team}}': 'max by (team) (tekton_dag_queue_depth{namespace=~"$namespace"})' },
  },
  {
    title: 'Slots in use, of those there are',
    unit: 'percentunit',
    lines: {
      '{{team}}':
        'max by (team) (tekton_dag_slots_in_use{namespace=~"$namespace"}) / max by (team) (tekton_dag_slots_limit{namespace=~"$namespace"})',
    },
  },
  {
    title: 'From a request to its admission, nine of ten',
    unit: 's',
    lines: {
      '{{team}}':
        'histogram_quantile(0.9, sum by (le, team) (rate(tekton_dag_queue_wait_seconds_bucket{namespace=~"$namespace"}[30m])))',
    },
  },
  {
    title: 'From the event at the Git host to the start of its run',
    unit: 's',
    lines: {
      'half of them': quantile(0.5, 'tekton_dag_event_to_start_seconds_bucket'),
      'nine of ten': quantile(0.9, 'tekton_dag_event_to_start_seconds_bucket'),
    },
  },
  {
    title: 'Deliveries by answer',
    unit: 'reqps',
    lines: { '{{code}}': 'sum by (code) (rate(tekton_dag_webhook_requests_total{namespace=~"$namespace"}[5m]))' },
  },
  {
    title: 'From a delivery to its answer, 99 of 100',
    unit: 's',
    lines: { all: quantile(0.99, 'tekton_dag_webhook_ack_seconds_bucket') },
  },
  {
    title: 'Runs that run',
    unit: 'short',
    lines: {
      PipelineRuns: 'sum(tekton_pipelines_controller_running_pipelineruns)',
      TaskRuns: 'sum(tekton_pipelines_controller_running_taskruns)',
    },
  },
  {
    title: 'Runs that ended, by how',
    unit: 'reqps',
    lines: { '{{status}}': 'sum by (status) (rate(tekton_pipelines_controller_pipelinerun_total[30m]))' },
  },
  {
    title: 'Duration of a run, half of them',
    unit: 's',
    lines: {
      '{{namespace}}':
        'histogram_quantile(0.5, sum by (le, namespace) (rate(tekton_pipelines_controller_pipelinerun_duration_seconds_bucket{namespace=~"$namespace"}[1h])))',
    },
  },
  {
    title: 'Time before the pod of a task runs, of the time of the task',
    unit: 'percentunit',
    lines: {
      '{{namespace}}': overhead('{namespace=~"$namespace"}'),
    },
  },
  {
    title: 'Changes that the controller of Tekton has yet to look at',
    unit: 'short',
    lines: { '{{name}}': `sum by (name) (kn_workqueue_depth{job="${JOBS.tekton}"})` },
  },
  {
    title: 'Calls of GitHub left in the hour',
    unit: 'short',
    lines: { '{{namespace}}': 'min by (namespace) (tekton_dag_github_ratelimit_remaining{namespace=~"$namespace"})' },
  },
];

function quantile(part: number, bucket: string): string {
  return `histogram_quantile(${part}, sum by (le) (rate(${bucket}{namespace=~"$namespace"}[30m])))`;
}

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
/** Grafana's grid has 24 columns. */
const [WIDTH, HEIGHT, PER_ROW] = [12, 8, 2];

const panelOf = ({ title, unit, lines }: Panel, index: number): object => ({
  id: index + 1,
  type: 'timeseries',
  title,
  datasource: DATASOURCE,
  gridPos: { x: (index % PER_ROW) * WIDTH, y: Math.floor(index / PER_ROW) * HEIGHT, w: WIDTH, h: HEIGHT },
  fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
  targets: Object.entries(lines).map(([legendFormat, expr], line) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + line),
    datasource: DATASOURCE,
    expr,
    legendFormat,
  })),
});

/** The dashboard, as Grafana imports it. */
export const dashboard = (): object => ({
  uid: 'tekton-dag',
  title: 'tekton-dag',
  tags: ['tekton'],
  schemaVersion: 39,
  refresh: '1m',
  time: { from: 'now-6h', to: 'now' },
  templating: {
    list: [
      { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
      {
        name: 'namespace',
        type: 'query',
        datasource: DATASOURCE,
        query: 'label_values(tekton_dag_slots_limit, namespace)',
        refresh: 2,
        includeAll: true,
        allValue: '.*',
        multi: true,
      },
    ],
  },
  panels: PANELS.map(panelOf),
});
