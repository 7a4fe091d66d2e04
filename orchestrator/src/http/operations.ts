import type { Code } from './problem';
import type { ResponseName } from './responses';

/** What the service can be asked, as `/openapi.json` shows it. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** As a template: `/api/runs/{name}`. */
  readonly path: string;
  readonly summary: string;
  /** What a caller shows; undefined: nothing. */
  readonly security?: 'caller' | 'session' | 'githubSignature' | 'giteaSignature';
  /** Names of headers that it reads, beside those that every request may have. */
  readonly headers?: readonly { readonly name: string; readonly required: boolean }[];
  readonly query?:
    | 'runs'
    | 'run'
    | 'case'
    | 'stats'
    | 'bootstrap'
    | 'rerun'
    | 'pull'
    | 'approve'
    | 'log'
    | 'tests'
    | 'login'
    | 'callback';
  readonly body?: 'run' | 'bootstrap' | 'payload';
  /** What it answers with where that is no JSON. */
  readonly text?: 'text/plain' | 'text/event-stream' | '*/*';
  readonly answers: Readonly<Partial<Record<200 | 201 | 202 | 503, ResponseName>>>;
  /** Whether a browser is shown its problems as a page. */
  readonly hasPage?: boolean;
  /** Where it leads a browser, in place of an answer. */
  readonly leadsTo?: string;
  readonly problems: readonly Code[];
}

const ALWAYS = ['bad_request', 'timeout', 'header_too_large', 'internal', 'draining'] as const;
/** Why a caller is not let in. */
const CALLER = ['unauthorized', 'forbidden', 'not_from_page', 'sign_in_refused', 'api_unavailable'] as const;
const API = [...ALWAYS, ...CALLER, 'config_unavailable'] as const;
/** Of a browser on its way to a session. */
const SIGN_IN = [...ALWAYS, 'not_found', 'provider_unavailable'] as const;
/** Of one run, by its name. */
const NAMED = [
  ...API,
  'not_found',
  'ambiguous',
  'invalid_request',
  'not_synced',
  'history_unavailable',
  'overloaded',
] as const;
/** Of what its tests left. */
const REPORTED = [...NAMED, 'reports_unavailable'] as const;
const ASKED = ['bad_json', 'too_large', 'invalid_request', 'idempotency_conflict', 'create_denied'] as const;
const DELIVERED = [
  ...ALWAYS,
  'bad_json',
  'bad_signature',
  'repo_not_in_team',
  'length_required',
  'too_large',
  'unsupported_media_type',
  'invalid_payload',
  'create_denied',
  'too_many_bad_signatures',
  'request_conflict',
  'host_unavailable',
  'api_unavailable',
  'config_unavailable',
  'no_secret',
  'overloaded',
] as const;

const KEY = [{ name: 'idempotency-key', required: false }];

const delivery = (host: 'github' | 'gitea', path: string): Operation => ({
  method: 'post',
  path: `/webhook/${host}${path}`,
  summary: 'a delivery of the Git host; answered when what follows from it is certain',
  security: `${host}Signature`,
  headers: ['event', 'delivery'].map((name) => ({ name: `x-${host}-${name}`, required: true })),
  body: 'payload',
  answers: { 200: 'Answered', 202: 'Accepted' },
  problems: DELIVERED,
});

const interceptor = (path: string): Operation => ({
  method: 'post',
  path: `/triggers${path}`,
  summary: 'a delivery that a listener of Tekton Triggers hands on; its signature is among the headers in the body',
  body: 'payload',
  answers: { 200: 'Intercepted' },
  problems: DELIVERED,
});

const reading = (path: string, summary: string, answer: ResponseName, problems: readonly Code[]): Operation => ({
  method: 'get',
  path,
  summary,
  security: 'caller',
  answers: { 200: answer },
  problems,
});

const ofRun = (path: string, summary: string, answer: ResponseName, problems: readonly Code[] = NAMED): Operation => ({
  ...reading(`/api/runs/{name}${path}`, summary, answer, problems),
  query: 'run',
});

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/auth/login',
    summary: 'leads a browser to the provider that people sign in with',
    query: 'login',
    answers: {},
    leadsTo: 'the provider',
    hasPage: true,
    problems: SIGN_IN,
  },
  {
    method: 'get',
    path: '/auth/callback',
    summary: 'where the provider leads the browser back to; begins the session',
    query: 'callback',
    answers: {},
    leadsTo: 'where the sign-in began',
    hasPage: true,
    problems: [...SIGN_IN, 'sign_in_failed', 'sign_in_refused'],
  },
  {
    method: 'post',
    path: '/auth/logout',
    summary: 'ends the session of the browser',
    security: 'session',
    answers: { 200: 'SignedOut' },
    problems: [...ALWAYS, ...CALLER, 'not_found'],
  },
  reading('/api/me', 'the caller, and the rights on the runs of each team', 'Me', API),
  reading('/api/stacks', 'the stacks of the teams that the caller may see', 'Stacks', API),
  reading('/api/teams', 'the teams that the caller may see, by name', 'Teams', API),
  {
    ...reading('/api/runs', 'runs, newest first', 'Runs', [...API, 'not_synced', 'invalid_request']),
    query: 'runs',
  },
  ofRun('', 'one run', 'Run'),
  ofRun('/tasks', 'the tasks of a run, with their steps', 'RunTasks', REPORTED),
  {
    ...ofRun('/tasks/{task}/steps/{step}/log', 'the output of a step until it ends, or the part that was kept', 'Log', [
      ...REPORTED,
      'report_too_large',
    ]),
    query: 'log',
    text: 'text/plain',
  },
  ofRun('/tests', 'the test cases of a run, and since when cases fail', 'RunTests', REPORTED),
  {
    ...ofRun('/tests/{app}/{kind}', 'all cases and the coverage of one kind of tests', 'TestsOfKind', REPORTED),
    query: 'tests',
  },
  ofRun('/reports', 'the files that the tests of a run left', 'Reports', REPORTED),
  {
    ...ofRun('/reports/{path}', 'one of these files; its path may hold /', 'Report', [...REPORTED, 'report_too_large']),
    text: '*/*',
  },
  {
    ...reading('/api/cases', 'the outcome of a test case from run to run', 'CaseHistory', [
      ...API,
      'not_found',
      'invalid_request',
      'history_unavailable',
    ]),
    query: 'case',
  },
  {
    ...reading('/api/changes', 'the namespaces of teams in which runs change, as they change', 'Changes', [
      ...API,
      'overloaded',
    ]),
    text: 'text/event-stream',
  },
  {
    ...reading('/api/stats', 'figures of the teams that the caller may see', 'Stats', [
      ...API,
      'not_synced',
      'invalid_request',
    ]),
    query: 'stats',
  },
  {
    ...reading(
      '/api/teams/{team}/stacks/{stack}/pulls/{number}',
      'a pull request as the Git host has it',
      'PullRequest',
      [...API, 'not_found', 'invalid_request', 'not_synced'],
    ),
    query: 'pull',
  },
  {
    method: 'post',
    path: '/api/teams/{team}/stacks/{stack}/pulls/{number}/approve',
    summary: 'lets the head of a pull request of a fork run, with the rights of forks',
    security: 'caller',
    query: 'approve',
    answers: { 200: 'Made', 201: 'Made' },
    problems: [
      ...API,
      'not_found',
      'invalid_request',
      'not_synced',
      'host_unavailable',
      'conflict',
      'idempotency_conflict',
      'create_denied',
    ],
  },
  reading('/api/queue', 'the runs that go on and the requests that wait, by team', 'Queues', [...API, 'not_synced']),
  {
    method: 'post',
    path: '/api/run',
    summary: 'asks for a run, in our words or in the original’s',
    security: 'caller',
    headers: KEY,
    body: 'run',
    answers: { 200: 'MadeOrDryRun', 201: 'Made' },
    problems: [...API, ...ASKED],
  },
  {
    method: 'post',
    path: '/api/bootstrap',
    summary: 'asks for a bootstrap',
    security: 'caller',
    headers: KEY,
    query: 'bootstrap',
    body: 'bootstrap',
    answers: { 200: 'MadeOrDryRun', 201: 'Made' },
    problems: [...API, ...ASKED],
  },
  {
    method: 'post',
    path: '/api/reload',
    summary: 'reads the configuration again',
    security: 'caller',
    answers: { 200: 'Reloaded' },
    problems: [...API, 'bad_json', 'too_large'],
  },
  {
    method: 'post',
    path: '/api/runs/{name}/cancel',
    summary: 'cancels a run that is not over',
    security: 'caller',
    query: 'run',
    answers: { 200: 'Cancelled' },
    problems: [...NAMED, 'bad_json', 'too_large', 'conflict'],
  },
  {
    method: 'post',
    path: '/api/runs/{name}/rerun',
    summary: 'asks for the same once more',
    security: 'caller',
    headers: KEY,
    query: 'rerun',
    answers: { 200: 'Made', 201: 'Made' },
    problems: [...NAMED, ...ASKED, 'changed_since'],
  },
  ...(['github', 'gitea'] as const).flatMap((host) => [delivery(host, ''), delivery(host, '/{team}')]),
  interceptor(''),
  interceptor('/{team}'),
  {
    method: 'get',
    path: '/healthz',
    summary: 'whether the process is well',
    answers: { 200: 'Healthy', 503: 'Stuck' },
    problems: ALWAYS,
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'whether deliveries are taken, and what is wrong with the configuration',
    answers: { 200: 'Ready', 503: 'Ready' },
    problems: ALWAYS,
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'this description',
    answers: { 200: 'Description' },
    problems: ALWAYS,
  },
];
