import type { Run } from './answers';

/** What is different about two runs: pure. */

export interface Difference {
  /** What differs: `commit`, `commit of cart`, `Pipeline`, `image of web`, `tool docker.io/alpine/git` … */
  readonly what: string;
  /** Undefined: the run has none, or does not say. */
  readonly before?: string;
  readonly after?: string;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Of which the runs say the same, or neither says anything. */
  readonly same: readonly string[];
  /** What one of the runs, or both, do not say: nobody knows whether it has changed. */
  readonly unknown: readonly string[];
}

/** By what it is called, the value in words. */
type Facts = ReadonlyMap<string, string>;

export function compareRuns(before: Run, after: Run): Comparison {
  const unknown = MADE.filter(([, field]) => !before.made?.[field] || !after.made?.[field]).map(([what]) => what);
  const isKnown = (what: string): boolean => !unknown.some((one) => what === one || what.startsWith(`${one} `));
  const facts = (run: Run): Facts =>
    new Map(
      [...askedOf(run), ...factsOfMade(run), ...imagesOf(run), ...toolsOf(run)].filter(([what]) => isKnown(what)),
    );
  const [old, now] = [facts(before), facts(after)];
  const names = [...new Set([...now.keys(), ...old.keys()])];
  const isSame = (what: string): boolean => old.get(what) === now.get(what);
  return {
    differences: names
      .filter((what) => !isSame(what))
      .map((what) => ({ what, before: old.get(what), after: now.get(what) })),
    same: names.filter(isSame),
    unknown,
  };
}

const TOOL = 'tool';
const MADE = [
  ['Pipeline', 'pipeline'],
  ['configuration', 'configuration'],
  ['orchestrator', 'version'],
  ['commit of dist/', 'commit'],
  [TOOL, 'tools'],
] as const;

const factsOfMade = ({ made = {} }: Run): Facts =>
  new Map(
    MADE.flatMap(([what, field]) => {
      const value = made[field];
      return typeof value === 'string' ? [[what, value] as const] : [];
    }),
  );

/** What was asked for. Lists say the same in any order. */
function askedOf({
  pipeline,
  stack,
  apps,
  testApps,
  to,
  revision,
  revisions,
  trust,
  overrides,
  pullRequest,
}: Run): Facts {
  const sorted = (names: readonly string[] | undefined) => names && [...names].sort().join(', ');
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['commit', revision],
    ...Object.entries(revisions ?? {}).map(([app, own]) => [`commit of ${app}`, own] as const),
    ['kind of run', pipeline],
    ['stack', stack],
    ['pull request', pullRequest && `${pullRequest.repo}#${pullRequest.number}`],
    ['branch', pullRequest?.headRef],
    ['apps', sorted(apps)],
    ['apps that are tested', sorted(testApps)],
    ['to', to],
    ['trust', trust],
    ...Object.entries(overrides ?? {}).map(([name, value]) => [name, JSON.stringify(value)] as const),
  ];
  return new Map(facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined));
}

const imagesOf = ({ results }: Run): Facts =>
  new Map((results?.images ?? []).map(({ app, digest }) => [`image of ${app}`, digest]));

/** By name: a tool that has moved to another digest is the same tool. */
function toolsOf({ made }: Run): Facts {
  const byName = new Map<string, string[]>();
  for (const tool of made?.tools ?? []) {
    const [name = '', digest = ''] = tool.split('@');
    byName.set(name, [...(byName.get(name) ?? []), digest]);
  }
  return new Map([...byName].map(([name, digests]) => [`${TOOL} ${name}`, digests.join(', ')]));
}
