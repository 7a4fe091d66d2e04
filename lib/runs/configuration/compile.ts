import type { Problem } from '../../words/problem';
import { findCycle } from '../../fleet/stack-graph';
import type { Configuration, StackConfig, TeamConfig } from './configuration';
import { teamConfig } from './configuration';
import { indexRepositories } from './repositories';

/** One `team.json` as it was found. */
export interface Source {
  /** `namespace/configmap`, or a file. */
  readonly name: string;
  readonly text: string;
  /** Where it was found: a team speaks for its own namespace alone. Undefined: a mounted file, which may be of any. */
  readonly namespace?: string;
}

/** A ConfigMap holds 1 MiB. https://kubernetes.io/docs/concepts/configuration/configmap/#motivation */
const LARGE = 700 * 1024;

/** What is told of one source: whoever writes it decides how much is wrong, and it is in the log, in an Event and at each probe. */
const TOLD_MOST = 20;
const MESSAGE_MAX = 1_000;

/**
 * A snapshot of all sources. One that is wrong or gone is told, and stands as it last was good; the others are not held up.
 * @param last good teams by the name of their source
 */
export function compile(
  sources: readonly Source[],
  last: ReadonlyMap<string, TeamConfig>,
  generation: number,
): { readonly configuration: Configuration; readonly good: ReadonlyMap<string, TeamConfig> } {
  const problems: Problem[] = [];
  const good = new Map<string, TeamConfig>();
  const told = (file: string, message: string, more: Partial<Problem> = {}) =>
    void problems.push({ file, message, severity: 'error', ...more });
  for (const source of [...sources].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { value, wrong } = readTeam(source);
    for (const { message, ...problem } of wrong.slice(0, TOLD_MOST))
      problems.push({ ...problem, message: message.slice(0, MESSAGE_MAX) });
    if (wrong.length > TOLD_MOST) told(source.name, `${wrong.length - TOLD_MOST} more are wrong`);
    const read = value ?? last.get(source.name);
    if (read === undefined) continue;
    if (value === undefined) told(source.name, 'what it said last still holds', { severity: 'warning' });
    const twin = [...good].find(([, { name }]) => name === read.name);
    if (twin)
      told(source.name, `team '${read.name}' is configured twice; the first one holds`, {
        found: source.name,
        expected: twin[0],
      });
    else good.set(source.name, read);
  }
  for (const [name, team] of last) {
    if (sources.some((source) => source.name === name)) continue;
    told(name, 'is gone; its last content holds until the orchestrator starts again');
    if (![...good.values()].some((other) => other.name === team.name)) good.set(name, team);
  }
  const teams = new Map([...good.values()].map((team) => [team.name, team]));
  return { configuration: { teams, ...indexRepositories(good, problems), problems, generation }, good };
}

function readTeam({ name, text, namespace }: Source): {
  readonly value?: TeamConfig;
  readonly wrong: readonly Problem[];
} {
  const problem = (message: string, more: Partial<Problem> = {}): Problem => ({
    file: name,
    message,
    severity: 'error',
    ...more,
  });
  const large =
    text.length > LARGE
      ? [problem(`is ${Math.round(text.length / 1024)} KiB of at most 1024: split the team`, { severity: 'warning' })]
      : [];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { wrong: [problem('team.json is not JSON')] };
  }
  const read = teamConfig.safeParse(json);
  if (!read.success)
    return { wrong: read.error.issues.map((issue) => problem(issue.message, { path: issue.path.join('.') })) };
  const value = read.data;
  const wrong = [
    ...(namespace !== undefined && namespace !== value.namespace
      ? [
          problem('a team is configured in its own namespace', {
            path: 'namespace',
            found: value.namespace,
            expected: namespace,
          }),
        ]
      : []),
    ...value.stacks.flatMap((stack, index) =>
      stackProblems(stack).map((message) => problem(message, { path: `stacks.${index}` })),
    ),
  ];
  return wrong.length > 0 ? { wrong } : { value, wrong: large };
}

function stackProblems({ name, apps }: StackConfig): readonly string[] {
  const known = new Set(apps.map((app) => app.name));
  const missing = apps.flatMap((app) =>
    app.downstream
      .filter((callee) => !known.has(callee))
      .map((callee) => `app '${app.name}' of stack '${name}' calls '${callee}', which the stack does not have`),
  );
  const cycle = missing.length === 0 ? findCycle(apps) : undefined;
  return cycle ? [...missing, `apps of stack '${name}' call each other in a cycle: ${cycle.join(' -> ')}`] : missing;
}
