import type { Fleet, Stack, Team } from '../../fleet/model';
import { podsOfPipeline } from '../../doctor/pods';
import type { Manifest } from '../../kube/manifest';
import type { Extensions } from '../../output/team/extension';
import type { Ask } from '../../runs/ask/ask';
import type { PipelineManifest } from '../../runs/run/compose';
import { composeRun } from '../../runs/run/compose';
import type { PipelineSpec, PipelineTask } from '../../tekton/spec/wire';
import type { Requests } from '../../runs/simulate/simulate';
import { simulate as simulateRun } from '../../runs/simulate/simulate';
import type { GivenTimes } from '../../runs/simulate/times';
import { estimateOf } from '../../runs/simulate/times';
import { waitOf } from '../../runs/simulate/wait';
import type { PipelineKind } from '../../words/names';
import { pipelineName } from '../../words/names';
import { loadFleet, rootOf } from '../load';
import { isNamed, madePipeline, pickStack } from '../made-pipeline';
import { pick, unknownName } from '../pick';
import type { ApiOptions } from '../runs/api';
import { paint } from '../runs/colour';
import { EXIT, print, tellProblems } from '../terminal';
import type { ExitCode } from '../terminal';
import { UsageError, asTyped, together } from '../usage-error';
import type { Past } from './past-times';
import { pastTimes } from './past-times';
import type { Answer, Variant } from './text';
import { answerText } from './text';
import { readTimes } from './times-file';

export interface SimulateOptions extends ApiOptions {
  readonly pipeline: PipelineKind;
  readonly team?: string;
  readonly teamFile?: string;
  readonly root?: string;
  readonly app?: readonly string[];
  readonly to?: string;
  readonly maxParallelBuilds?: readonly number[];
  readonly times?: string;
  /** True: without a number. */
  readonly history?: number | true;
  readonly runs?: number;
  readonly slots?: readonly number[];
  readonly format: 'text' | 'json';
}

const RUNS_OF_HISTORY = 20;

/** `simulate STACK`: what a run of the team's Pipeline, as synth makes it now, would take. Nothing is run. */
export async function simulate(word: string, options: SimulateOptions): Promise<ExitCode> {
  const { runs, slots, history } = options;
  const { fleet, extensions } = loadFleet(options);
  const [{ team, stack }] = together(
    () => teamAndStack(fleet, word, options),
    () => checkRuns(options),
  );
  const ask = askOf(team, stack, options);
  const made = makeWith(team, extensions, stack, ask);
  const { objects } = made(team.maxParallelBuilds);
  const given = givenTimes(options.times, objects);
  const past =
    history === undefined ? undefined : await pastTimes(ask, history === true ? RUNS_OF_HISTORY : history, options);
  const variants = (options.maxParallelBuilds ?? [team.maxParallelBuilds]).map((maxParallelBuilds): Variant => {
    const run = simulated(made(maxParallelBuilds), given, past);
    const waits =
      runs === undefined
        ? undefined
        : (slots ?? [team.maxConcurrentRuns]).map((count) => ({
            slots: count,
            ...waitOf(run.seconds, runs, count),
          }));
    return { maxParallelBuilds, ...run, ...(waits && { waits }) };
  });
  const answer: Answer = {
    team: team.name,
    stack: stack.name,
    pipeline: ask.pipeline,
    apps: ask.apps ?? [],
    maxConcurrentRuns: team.maxConcurrentRuns,
    ...(past && { historyRuns: past.runs }),
    ...(runs !== undefined && { runs }),
    variants,
  };
  print(options.format === 'json' ? JSON.stringify(answer, null, 2) : answerText(answer, paint));
  return EXIT.done;
}

/** Pipelines of which one run of a stack or a team goes on at a time, whatever the slots: docs/queue.md. */
const ONE_AT_A_TIME: readonly PipelineKind[] = ['bootstrap', 'promote'];

function checkRuns({ pipeline, runs, slots }: SimulateOptions): void {
  if (slots !== undefined && runs === undefined)
    throw new UsageError(
      '--slots needs --runs, which says how many runs are asked for at once: one run takes one slot',
    );
  if (runs !== undefined && ONE_AT_A_TIME.includes(pipeline))
    throw new UsageError(
      `--runs cannot be used with ${pipeline}: only one ${pipeline} of a ${pipeline === 'promote' ? 'team' : 'stack'} runs at a time`,
    );
}

/** Two teams may each have a stack of one name, in files of their own. */
function teamAndStack({ teams }: Fleet, word: string, options: SimulateOptions): { team: Team; stack: Stack } {
  const root = rootOf(options);
  if (options.team !== undefined) {
    const team = pick('team', teams, options.team);
    return { team, stack: pickStack(team, root, word) };
  }
  const having = teams.filter(({ stacks }) => stacks.some((stack) => isNamed(stack, root, word)));
  const [team, ...others] = having;
  if (team === undefined)
    throw unknownName('stack', [...new Set(teams.flatMap(({ stacks }) => stacks.map(({ name }) => name)))], word);
  if (others.length > 0)
    throw new UsageError(
      `several teams have stack '${word}': say which one with --team (there are: ${having.map(({ name }) => name).join(', ')})`,
    );
  return { team, stack: pickStack(team, root, word) };
}

/** Commits decide nothing about how a run goes, so a person need not say them. */
const ANY_COMMIT = '0000000';

function askOf(team: Team, { name: stack, apps }: Stack, options: SimulateOptions): Ask {
  const { pipeline, app = [], to } = options;
  const changed = apps.filter(({ name }) => app.length === 0 || app.includes(name));
  const takesCommits = pipeline === 'pr-test' || pipeline === 'merge-release';
  return {
    pipeline,
    team: team.name,
    stack,
    apps: [...app],
    ...(to !== undefined && { to }),
    ...(takesCommits && { revisions: Object.fromEntries(changed.map((one) => [one.name, ANY_COMMIT])) }),
    ...(pipeline === 'verify' && { revision: ANY_COMMIT }),
    ...(pipeline === 'pr-test' && {
      pullRequest: { number: 1, repo: changed[0]?.repo ?? '' },
      trust: 'trusted' as const,
    }),
  };
}

interface Made {
  readonly pipeline: PipelineManifest;
  readonly spec: PipelineSpec;
  readonly params: Parameters<typeof simulateRun>[1];
  readonly objects: readonly Manifest[];
}

/** A run, as it would be with another `maxParallelBuilds` of its team. */
const makeWith =
  (team: Team, extensions: Extensions, stack: Stack, ask: Ask) =>
  (maxParallelBuilds: number): Made => {
    const name = pipelineName(stack.name, ask.pipeline);
    return asTyped({ apps: '--app', to: '--to' }, name, () => {
      const { pipeline, objects, resolved } = madePipeline({ ...team, maxParallelBuilds }, extensions, stack, ask);
      const { spec } = composeRun(pipeline, ask, { ...resolved, embed: team.runs === 'embedded' });
      return {
        spec: 'pipelineSpec' in spec ? spec.pipelineSpec : pipeline.spec,
        params: spec.params ?? [],
        pipeline,
        objects,
      };
    });
  };

function givenTimes(file: string | undefined, objects: readonly Manifest[]): GivenTimes {
  if (file === undefined) return { tasks: new Map() };
  const pipelines = objects.filter(({ kind }) => kind === 'Pipeline').map((object) => object.spec as PipelineSpec);
  const { times, warnings } = readTimes(
    file,
    pipelines.flatMap(tasksOf).map(({ name }) => name),
  );
  tellProblems(warnings);
  return times;
}

const tasksOf = ({ tasks = [], finally: last = [] }: PipelineSpec): readonly PipelineTask[] => [...tasks, ...last];

function simulated({ spec, params, pipeline, objects }: Made, given: GivenTimes, past: Past | undefined) {
  const pods = podsOfPipeline(pipeline, objects);
  return simulateRun(spec, params, {
    timeOf: (task) => estimateOf(task, given, past?.times ?? new Map()),
    requestsOf: (task): Requests | undefined => pods.get(task)?.requests,
  });
}
