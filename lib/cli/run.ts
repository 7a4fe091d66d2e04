import type { Stack, Team } from '../fleet/model';
import { pipelineOfWord } from '../original/pipeline-words';
import type { PipelineKind } from '../words/names';
import { pipelineName } from '../words/names';
import type { Ask } from '../runs/ask/ask';
import { compact } from '../runs/ask/ask';
import { unnamedRequest } from '../runs/ask/run-request';
import { composeRun } from '../runs/run/compose';
import { connect } from '../kube/connect';
import { toDocument } from '../kube/yaml';
import { createObject } from './cluster';
import { loadFleet, rootOf } from './load';
import { madePipeline, pickStack } from './made-pipeline';
import { pick } from './pick';
import type { Pairs } from './option-values';
import { EXIT, print } from './terminal';
import type { ExitCode } from './terminal';
import type { TypedAs } from './usage-error';
import { UsageError, asTyped } from './usage-error';

/** The options as they are written; `askOf` makes the ask of them. */
export interface RunOptions {
  readonly stack?: string;
  readonly team?: string;
  readonly teamFile?: string;
  readonly root?: string;
  readonly app?: readonly string[];
  readonly appRevision?: Pairs;
  readonly pr?: number;
  readonly revision?: string;
  readonly to?: string;
  readonly versionOverrides?: Pairs;
  readonly forceRebuild?: true;
  readonly interceptBackend?: string;
  readonly output: 'yaml' | 'json';
  readonly byReference?: true;
  readonly request?: true;
  readonly apply?: true;
}

/** `run PIPELINE`: the PipelineRun that the team's Pipeline, as synth makes it now, and the options give; or what asks the orchestrator for it. */
export async function run(word: string, options: RunOptions): Promise<ExitCode> {
  if ((options.team === undefined) === (options.teamFile === undefined))
    throw new UsageError('say for whom: --team or --team-file, one of them');
  const { fleet, extensions } = loadFleet(options);
  const team = options.team === undefined ? fleet.teams[0]! : pick('team', fleet.teams, options.team);
  const stack = options.stack === undefined ? onlyStack(team) : pickStack(team, rootOf(options), options.stack);
  const ask = askOf(pipelineOfWord(word) as PipelineKind, team, stack, options);
  const name = pipelineName(stack.name, ask.pipeline);
  const { pipeline, resolved } = inOptions(name, () => madePipeline(team, extensions, stack, ask));
  // what no run can be made of is not asked for, either
  const embed = !options.byReference && team.runs !== 'reference';
  const run = inOptions(name, () => composeRun(pipeline, ask, { ...resolved, embed, queue: team.queue.kind }));
  const made = options.request ? unnamedRequest(ask, team.namespace) : run;
  if (options.apply) print(`${made.kind.toLowerCase()}/${await createObject(await connect(), made)} created`);
  else print(options.output === 'json' ? JSON.stringify(made, null, 2) : toDocument(made));
  return EXIT.done;
}

/** The options by the fields of what they ask for, since these are what a person has typed. */
const inOptions = <T>(pipeline: string, run: () => T): T => asTyped(OPTIONS, pipeline, run);

const OPTIONS: TypedAs = {
  apps: '--app',
  revision: '--revision',
  revisions: '--app-revision',
  pullRequest: '--pr',
  'overrides.versions': '--version-overrides',
  'overrides.version': '--version-overrides',
  'overrides.forceRebuild': '--force-rebuild',
  'overrides.interceptBackend': '--intercept-backend',
  to: '--to',
};

/** What the options ask for. */
function askOf(pipeline: PipelineKind, { name: team }: Team, stack: Stack, options: RunOptions): Ask {
  const {
    app: apps = [],
    appRevision = {},
    pr,
    versionOverrides: versions = {},
    interceptBackend,
    forceRebuild,
  } = options;
  // where it is missing, so is the app, and that is told
  const repo = stack.apps.find(({ name }) => name === apps[0])?.repo ?? '';
  return compact({
    pipeline,
    team,
    stack: stack.name,
    apps: [...apps],
    to: options.to,
    revision: options.revision,
    revisions: appRevision,
    pullRequest: pr === undefined ? undefined : { number: pr, repo },
    // whoever may create a run by hand may be trusted with what it pushes; who asks for one does not say so himself
    trust: pipeline === 'pr-test' && !options.request ? 'trusted' : undefined,
    overrides: {
      interceptBackend,
      // a release has one app, so its version needs no name
      ...(pipeline === 'merge-release' ? { version: versions[apps[0] ?? ''] } : { versions }),
      forceRebuild,
    },
  });
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
