import type { App } from '../../fleet/model';
import type { Node } from '../../fleet/stack-graph';
import { PULL_REQUEST_MAX } from '../../words/names';
import type { PipelineKind } from '../../words/names';
import { knownHint, nearest } from '../../words/nearest';
import { list } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { REVISION, REVISION_IS, pullNumber } from '../../words/scalars';
import type { Ask } from './ask';
import { isGiven } from './ask';

/** What an ask is resolved against: its stack and its team, as synth knows them or as the orchestrator has read them. */
export interface Resolved {
  readonly stack: { readonly name: string; readonly apps: readonly (Node & Pick<App, 'repo'>)[] };
  /** Clusters to which the team promotes. @default - none */
  readonly promotesTo?: readonly string[];
}

/** What not every pipeline has a use for, in the order in which it is told. */
const FIELDS = {
  apps: ({ apps }) => apps,
  testApps: ({ testApps }) => testApps,
  revisions: ({ revisions }) => revisions,
  revision: ({ revision }) => revision,
  pullRequest: ({ pullRequest }) => pullRequest,
  'overrides.versions': ({ overrides }) => overrides?.versions,
  'overrides.version': ({ overrides }) => overrides?.version,
  'overrides.forceRebuild': ({ overrides }) => overrides?.forceRebuild,
  trust: ({ trust }) => trust,
  to: ({ to }) => to,
} as const satisfies Readonly<Record<string, (ask: Ask) => unknown>>;
type Field = keyof typeof FIELDS;

const USES: Readonly<Record<PipelineKind, readonly Field[]>> = {
  bootstrap: ['apps', 'revisions', 'revision', 'overrides.versions', 'overrides.forceRebuild'],
  'pr-test': ['apps', 'testApps', 'revisions', 'revision', 'pullRequest', 'overrides.forceRebuild', 'trust'],
  'merge-release': [
    'apps',
    'revisions',
    'revision',
    'overrides.version',
    'overrides.forceRebuild',
    'pullRequest',
    'trust',
  ],
  promote: ['apps', 'to'],
  verify: ['revision'],
};

/** A version is an image tag. */
const VERSION = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const VERSION_IS = 'a version such as 1.4.0';

type Tell = (path: string, message: string, more?: Partial<Problem>) => Problem;

/**
 * Everything that is wrong with an ask.
 * @param file what the problems are told of
 */
export function checkAsk(file: string, ask: Ask, resolved: Resolved): readonly Problem[] {
  const tell: Tell = (path, message, more) => ({ file, path, message, severity: 'error', ...more });
  return [
    ...checkUses(tell, ask),
    ...checkApps(tell, ask, resolved),
    ...checkTexts(tell, ask),
    ...checkPullRequest(tell, ask),
    ...(ask.pipeline === 'merge-release' ? checkRelease(tell, ask) : []),
    ...(ask.pipeline === 'promote' ? checkTarget(tell, ask, resolved) : []),
    ...missingRevisions(ask, resolved).map((message) => tell('revision', message)),
  ];
}

function checkUses(tell: Tell, ask: Ask): readonly Problem[] {
  const fields = Object.keys(FIELDS) as Field[];
  return fields
    .filter((field) => isGiven(FIELDS[field](ask)) && !USES[ask.pipeline].includes(field))
    .map((field) => tell(field, `means nothing to ${ask.pipeline}`));
}

function checkApps(tell: Tell, ask: Ask, { stack }: Resolved): readonly Problem[] {
  const { apps = [], testApps = [], revisions = {}, overrides: { versions = {} } = {} } = ask;
  const known = stack.apps.map(({ name }) => name);
  const named: readonly (readonly [Field, readonly string[]])[] = [
    ['apps', apps],
    ['testApps', testApps],
    ['revisions', Object.keys(revisions)],
    ['overrides.versions', Object.keys(versions)],
  ];
  return named.flatMap(([field, names]) =>
    names
      .filter((app) => !known.includes(app))
      .map((app) => tell(field, `stack '${stack.name}' has no such app`, { found: app, ...knownHint(app, known) })),
  );
}

/** Texts that become params: what Tekton would substitute in them is malformed, too. */
function checkTexts(tell: Tell, { revision, revisions = {}, overrides = {} }: Ask): readonly Problem[] {
  const { version, versions = {} } = overrides;
  const check = (pattern: RegExp, expected: string, path: string, text: string): readonly Problem[] =>
    pattern.test(text) && !text.includes('$(')
      ? []
      : [tell(path, 'is malformed', { found: JSON.stringify(text), expected })];
  return [
    ...Object.entries(revisions).flatMap(([app, own]) => check(REVISION, REVISION_IS, `revisions.${app}`, own)),
    ...Object.entries(versions).flatMap(([app, own]) => check(VERSION, VERSION_IS, `overrides.versions.${app}`, own)),
    ...(revision === undefined ? [] : check(REVISION, REVISION_IS, 'revision', revision)),
    ...(version === undefined ? [] : check(VERSION, VERSION_IS, 'overrides.version', version)),
  ];
}

function checkPullRequest(tell: Tell, { pipeline, pullRequest, apps = [] }: Ask): readonly Problem[] {
  const number = pullRequest?.number;
  const isNumber = pullNumber.safeParse(number).success;
  const isWanting = pullRequest !== undefined || pipeline === 'pr-test';
  return [
    ...(isWanting && !isNumber
      ? [
          tell('pullRequest.number', number === undefined ? 'is missing' : 'is not a number of a pull request', {
            ...(number !== undefined && { found: String(number) }),
            expected: `1 to ${PULL_REQUEST_MAX}`,
          }),
        ]
      : []),
    ...(pipeline === 'pr-test' && apps.length === 0
      ? [tell('apps', 'a pull request changes at least one app', { found: 'none' })]
      : []),
  ];
}

const checkRelease = (tell: Tell, { apps = [] }: Ask): readonly Problem[] =>
  new Set(apps).size === 1
    ? []
    : [tell('apps', 'a release is of one app', { found: apps.join(', ') || 'none', expected: 'exactly one' })];

/** A cluster that comes after another one of the team. */
function checkTarget(tell: Tell, { team, to }: Ask, { promotesTo = [] }: Resolved): readonly Problem[] {
  if (promotesTo.length === 0)
    return [
      tell('to', `team '${team}' promotes nothing: that takes environment.deploy gitops, and clusters`, { found: to }),
    ];
  if (to !== undefined && promotesTo.includes(to)) return [];
  return [
    tell('to', 'is not a cluster that the team promotes to', {
      found: to ?? 'none',
      expected: list(promotesTo),
      suggestion: nearest(to ?? '', promotesTo),
    }),
  ];
}

/** The apps that an ask names, each once; none means all. */
export const namedApps = ({ apps = [] }: Ask, { stack }: Resolved): readonly string[] =>
  apps.length > 0 ? [...new Set(apps)] : stack.apps.map((app) => app.name);

/** One `revision` is a commit of one repository; which apps it would be of must not be guessed. */
function missingRevisions(ask: Ask, resolved: Resolved): readonly string[] {
  const { pipeline, revision, revisions = {} } = ask;
  if (pipeline === 'promote') return [];
  if (pipeline === 'verify')
    return revision === undefined ? ['is required: verify checks the output at a revision'] : [];
  const apps = namedApps(ask, resolved);
  const without = resolved.stack.apps.filter(({ name }) => apps.includes(name) && revisions[name] === undefined);
  const repos = [...new Set(without.map((app) => app.repo))];
  const names = without.map((app) => app.name).join(', ');
  if (revision === undefined)
    return pipeline === 'bootstrap' || without.length === 0
      ? []
      : [`is required (or \`revisions\` for each of ${names})`];
  return repos.length > 1
    ? [
        `cannot be the commit of ${names}, which are in different repositories (${repos.join(', ')}): give each app its own`,
      ]
    : [];
}
