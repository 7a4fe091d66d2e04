import type { Stack } from '../../fleet/model';
import type { ImageScope, PipelineKind } from '../../words/names';
import { nearest } from '../../words/nearest';
import type { Problem } from '../../words/problem';
import { REVISION, REVISION_IS } from '../../words/scalars';

/** What is asked for: the same whether a person or a webhook asks. */
export interface RunInput {
  readonly kind: PipelineKind;
  readonly team: string;
  readonly stack: Stack;
  /** pr-test: those that changed, at least one; bootstrap: those to build, none means all; merge-release: exactly one; promote: those to take along, none means all. */
  readonly apps: readonly string[];
  /** Of pr-test: apps whose tests run. @default - those that changed and all that reach them */
  readonly testApps?: readonly string[];
  /** Of apps that have their own. */
  readonly appRevisions: Readonly<Record<string, string>>;
  /** Of all named apps without their own, which share one repository; verify: of the platform's repository. */
  readonly revision?: string;
  /** Number of the pull request: of pr-test; a merge-release only bears it as a label. */
  readonly pr?: number | string;
  /** bootstrap: released versions to deploy instead of building. */
  readonly versionOverrides: Readonly<Record<string, string>>;
  /** merge-release: the version to release. */
  readonly version?: string;
  readonly forceRebuild: boolean;
  /** promote: the cluster that gets the versions of the one before it; one of `promotesTo`. */
  readonly to?: string;
  /** Clusters to which the team promotes. @default - none */
  readonly promotesTo?: readonly string[];
  /** If given, the Pipeline must have been made for it. */
  readonly interceptBackend?: string;
  /** Of pr-test. @default - `fork` for what is not trusted, else `pr` */
  readonly scope?: Exclude<ImageScope, 'release'>;
  readonly trust?: 'trusted' | 'untrusted';
}

/** What each pipeline has a use for, beside what every run has. */
const USES: Readonly<Record<PipelineKind, readonly (keyof RunInput)[]>> = {
  bootstrap: ['apps', 'appRevisions', 'revision', 'versionOverrides', 'forceRebuild'],
  'pr-test': ['apps', 'testApps', 'appRevisions', 'revision', 'pr', 'forceRebuild', 'scope', 'trust'],
  'merge-release': ['apps', 'appRevisions', 'revision', 'version', 'pr', 'trust'],
  promote: ['apps', 'to'],
  verify: ['revision'],
};
const OPTIONS = [
  'apps',
  'testApps',
  'appRevisions',
  'revision',
  'pr',
  'versionOverrides',
  'version',
  'forceRebuild',
  'scope',
  'trust',
  'to',
] as const;

const PR = /^[1-9][0-9]{0,5}$/;
/** A version is an image tag. */
const VERSION = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Everything that is wrong with a request. @param file what the problems are said of */
export function checkInput(file: string, request: RunInput): readonly Problem[] {
  const {
    kind,
    stack,
    apps,
    testApps = [],
    appRevisions,
    versionOverrides,
    revision,
    version,
    pr,
    scope,
    trust,
  } = request;
  const known = stack.apps.map((app) => app.name);
  const problem = (path: string, message: string, more: Partial<Problem> = {}): Problem => ({
    file,
    path,
    message,
    severity: 'error',
    ...more,
  });
  const problems: Problem[] = [];
  const check = (good: boolean, ...said: Parameters<typeof problem>) => {
    if (!good) problems.push(problem(...said));
  };
  const checkText = (pattern: RegExp, path: string, text: string, expected: string) =>
    check(pattern.test(text) && !text.includes('$('), path, `is malformed`, { found: JSON.stringify(text), expected });
  const checkApp = (path: string, app: string) =>
    check(known.includes(app), path, `stack '${stack.name}' has no such app`, {
      found: app,
      suggestion: nearest(app, known),
    });

  for (const option of OPTIONS)
    check(USES[kind].includes(option) || !isGiven(request[option]), option, `means nothing to ${kind}`);
  for (const app of apps) checkApp('apps', app);
  for (const app of testApps) checkApp('testApps', app);
  for (const [app, own] of Object.entries(appRevisions)) {
    checkApp('appRevisions', app);
    checkText(REVISION, `appRevisions.${app}`, own, REVISION_IS);
  }
  for (const [app, own] of Object.entries(versionOverrides)) {
    checkApp('versionOverrides', app);
    checkText(VERSION, `versionOverrides.${app}`, own, VERSION_IS);
  }
  if (revision !== undefined) checkText(REVISION, 'revision', revision, REVISION_IS);
  if (version !== undefined) checkText(VERSION, 'version', version, VERSION_IS);
  if (pr !== undefined || kind === 'pr-test')
    check(PR.test(String(pr)), 'pr', 'is no number of a pull request', {
      found: String(pr ?? 'none'),
      expected: '1 to 999999',
    });
  if (kind === 'pr-test') check(apps.length > 0, 'apps', 'a pull request changes at least one app', { found: 'none' });
  if (kind === 'merge-release')
    check(new Set(apps).size === 1, 'apps', 'a release is of one app', {
      found: apps.join(', ') || 'none',
      expected: 'exactly one',
    });
  if (kind === 'promote') problems.push(...checkTarget(problem, request));
  check(
    trust === undefined || scope === undefined || (trust === 'trusted') === (scope === 'pr'),
    'scope',
    `does not go with trust '${trust}'`,
    { found: scope },
  );
  return [...problems, ...missingRevisions(request).map((message) => problem('revision', message))];
}

/** A cluster that comes after another one of the team. */
function checkTarget(
  problem: (path: string, message: string, more: Partial<Problem>) => Problem,
  { team, to, promotesTo = [] }: RunInput,
): readonly Problem[] {
  if (promotesTo.length === 0)
    return [
      problem('to', `team '${team}' promotes nothing: that takes environment.deploy gitops, and clusters`, {
        found: to,
      }),
    ];
  if (to !== undefined && promotesTo.includes(to)) return [];
  return [
    problem('to', 'is no cluster that the team promotes to', {
      found: to ?? 'none',
      expected: promotesTo.join(' or '),
      suggestion: nearest(to ?? '', promotesTo),
    }),
  ];
}

const VERSION_IS = 'a version such as 1.4.0';

const isGiven = (value: unknown): boolean =>
  value !== undefined &&
  value !== false &&
  (typeof value !== 'object' || value === null || Object.keys(value).length > 0);

/** The apps that a request names, each once; none means all. */
export const namedApps = ({ stack, apps }: RunInput): readonly string[] =>
  apps.length > 0 ? [...new Set(apps)] : stack.apps.map((app) => app.name);

/** One `revision` is a commit of one repository; which apps it would be of must not be guessed. */
function missingRevisions(request: RunInput): readonly string[] {
  const { kind, stack, appRevisions, revision } = request;
  if (kind === 'promote') return [];
  if (kind === 'verify') return revision === undefined ? ['is missing: verify checks the output at a revision'] : [];
  const apps = namedApps(request);
  const without = stack.apps.filter((app) => apps.includes(app.name) && appRevisions[app.name] === undefined);
  const repos = [...new Set(without.map((app) => app.repo))];
  const names = without.map((app) => app.name).join(', ');
  if (revision === undefined)
    return kind === 'bootstrap' || without.length === 0
      ? []
      : [`is missing for ${names}: give it, or one for each app`];
  return repos.length > 1
    ? [
        `cannot be the commit of ${names}, which are in different repositories (${repos.join(', ')}): give each app its own`,
      ]
    : [];
}
