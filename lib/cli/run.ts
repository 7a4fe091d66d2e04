import type { PipelineKind } from '../words/names';
import type { Stack, Team } from '../fleet/model';
import { promotesTo } from '../fleet/model';
import { pipelineKind, pipelineName } from '../words/names';
import type { Problem } from '../words/problem';
import { InputError } from '../words/problem';
import type { PipelineManifest } from '../runs/run/compose';
import { composeRun } from '../runs/run/compose';
import type { RunInput } from '../runs/ask/run-input';
import { checkInput } from '../runs/ask/run-input';
import { askFor } from '../runs/ask/request-spec';
import { connect } from '../kube/connect';
import { toDocument } from '../kube/yaml';
import { teamParts } from '../output/team/team-parts';
import { createObject } from './cluster';
import { loadFleet, rootOf } from './load';
import { pick, pickStack } from './pick';
import { EXIT, UsageError, print, tellProblems } from './terminal';
import type { ExitCode } from './terminal';

export interface RunOptions {
  readonly stack?: string;
  readonly team?: string;
  readonly teamFile?: string;
  readonly root?: string;
  readonly app?: readonly string[];
  readonly appRevision?: readonly string[];
  readonly pr?: string;
  readonly revision?: string;
  readonly to?: string;
  readonly versionOverrides?: readonly string[];
  readonly forceRebuild?: true;
  readonly interceptBackend?: string;
  readonly output: 'yaml' | 'json';
  readonly byReference?: true;
  readonly request?: true;
  readonly apply?: true;
}

/** `run PIPELINE`: the PipelineRun that the team's Pipeline, as synth makes it now, and the options give; or what asks the orchestrator for it. */
export async function run(word: string, options: RunOptions): Promise<ExitCode> {
  const kind = pipelineKind(word) as PipelineKind;
  if ((options.team === undefined) === (options.teamFile === undefined))
    throw new UsageError('say for whom: --team or --team-file, one of them');
  const { fleet, warnings, customize } = loadFleet(options);
  tellProblems(warnings);
  const team = options.team === undefined ? fleet.teams[0]! : pick('team', fleet.teams, options.team);
  const stack = options.stack === undefined ? onlyStack(team) : pickStack(team, rootOf(options), options.stack);
  const name = pipelineName(stack.name, kind);
  const objects = teamParts(team, customize.get(team.name)).flatMap((part) => part.objects);
  const pipeline = objects.find((object) => object.kind === 'Pipeline' && object.metadata.name === name) as
    PipelineManifest | undefined;
  const overrides = versions(options.versionOverrides ?? []);
  const request: RunInput = {
    kind,
    team: team.name,
    stack,
    apps: options.app ?? [],
    appRevisions: pairs('--app-revision', options.appRevision ?? []),
    revision: options.revision,
    pr: options.pr,
    to: options.to,
    promotesTo: promotesTo(team),
    // a release has one app, so its version needs no name
    ...(kind === 'merge-release'
      ? { version: overrides[options.app?.[0] ?? ''], versionOverrides: {} }
      : { versionOverrides: overrides }),
    forceRebuild: options.forceRebuild ?? false,
    interceptBackend: options.interceptBackend,
    // whoever may create a run by hand may be trusted with what it pushes; who asks for one does not say so himself
    ...(kind === 'pr-test' && !options.request && { trust: 'trusted' as const }),
  };
  // not every team promotes
  if (pipeline === undefined) throw new InputError(checkInput(name, request));
  // what no run can be made of is not asked for, either
  const run = composeRun(pipeline, request, { embed: !options.byReference && team.runs !== 'reference' });
  const made = options.request ? askFor(request, team.namespace) : run;
  if (options.apply) print(`${made.kind.toLowerCase()}/${await createObject(await connect(), made)} created`);
  else print(options.output === 'json' ? JSON.stringify(made, null, 2) : toDocument(made));
  return EXIT.done;
}

/** Where a team has but one stack, it need not be said. */
function onlyStack({ name, stacks }: Team): Stack {
  const [only, ...others] = stacks;
  if (only === undefined || others.length > 0)
    throw new UsageError(
      `team '${name}' has several stacks: say which one with --stack (there are: ${stacks.map((stack) => stack.name).join(', ')})`,
    );
  return only;
}

/** `app:value` each. */
function pairs(option: string, given: readonly string[]): Record<string, string> {
  const problems: Problem[] = [];
  const entries = given.flatMap((text): [string, string][] => {
    const colon = text.indexOf(':');
    if (colon > 0 && colon < text.length - 1) return [[text.slice(0, colon), text.slice(colon + 1)]];
    problems.push({
      file: option,
      message: 'is malformed',
      found: JSON.stringify(text),
      expected: 'app:value',
      severity: 'error',
    });
    return [];
  });
  if (problems.length > 0) throw new InputError(problems);
  return Object.fromEntries(entries);
}

/** `app:version` each, or the original's one JSON object. */
function versions(given: readonly string[]): Record<string, string> {
  if (given.length !== 1 || !given[0]!.startsWith('{')) return pairs('--version-overrides', given);
  try {
    return JSON.parse(given[0]!) as Record<string, string>;
  } catch {
    throw new InputError([
      {
        file: '--version-overrides',
        message: 'is no JSON object',
        found: given[0],
        expected: '{"app": "1.2.3"}',
        severity: 'error',
      },
    ]);
  }
}
