/** Each is a file of this folder. */
export const BENCHMARKS = {
  synth: 'synth of 50 and 100 teams of 40 apps, beside js-yaml and the same objects',
  starts: 'commands in a cold process, beside an empty program of Node',
  dev: 'an edit of one of 50 teams, until `tekton-dag dev` has said what changes',
  diff: '`tekton-dag diff` of 50 teams after changes of every size',
  dist: 'what 50 teams of 40 apps are to Git and to Argo CD',
  router: 'what the router adds to a request, and how many it passes on. Needs haproxy',
  webhook:
    'deliveries that one core of the orchestrator takes, beside a bare client. Needs KUBEBUILDER_ASSETS and CRDS_DIR',
  scale:
    '25 to 200 teams of 40 apps, and an orchestrator that serves all of them. Needs KUBEBUILDER_ASSETS and CRDS_DIR',
  peers: 'tekton-dag beside programs of others, which you give: `npm run bench -- peers` without them says which',
  history: 'what a database with a million test cases is asked, beside `select 1`. Needs postgresql',
} as const;

export type Benchmark = keyof typeof BENCHMARKS;
