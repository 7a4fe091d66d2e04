/* eslint-disable @typescript-eslint/no-require-imports -- as in main.ts */
import type { Command } from 'commander';
import { Option } from 'commander';
import { PIPELINES } from '../words/names';
import { PHASES } from '../words/phases';
import { countOf, countsOf, instantOf, limitOf, numberOf, textOrJson } from './option-values';
import type * as Logs from './runs/logs';
import type * as Report from './runs/report';
import type * as Runs from './runs/runs';
import type * as Simulate from './simulate/simulate';
import type { ExitCode } from './terminal';

/** The commands for people who want to know what became of their runs, which ask an orchestrator, or what would become of one. */

export const URL_OPTION = ['--url <address>', 'where the orchestrator is (default: TEKTON_DAG_URL)'] as const;
export const TOKEN_OPTION = [
  '--token-file <file>',
  'file with a token for it (default: TEKTON_DAG_TOKEN_FILE, else the token in TEKTON_DAG_TOKEN)',
] as const;

export function addRunCommands(main: Command, done: (code: ExitCode | Promise<ExitCode>) => Promise<void>): void {
  main
    .command('runs')
    .description('list the runs that there are and were, newest first (docs/terminal.md)')
    .option('--team <team>', 'only runs of this team')
    .option('--stack <stack>', 'only runs of this stack')
    .addOption(new Option('--pipeline <pipeline>', 'only runs of this pipeline').choices(PIPELINES))
    .option('--app <app>', 'only runs that concern this app')
    .option('--pr <number>', 'only runs of the pull requests with this number', numberOf)
    .option('--branch <branch>', 'only runs of this branch')
    .option('--commit <sha>', 'only runs of this commit; its first seven digits are enough')
    .option('--author <name>', 'only runs started by this account')
    .addOption(new Option('--phase <phase>', 'only runs in this phase').choices(PHASES))
    .option('--since <time>', 'only runs made since then: 2026-05-10, or 2026-05-10T12:00:00Z', instantOf)
    .option('--limit <number>', 'at most this many runs, up to 500 (default: 50)', limitOf)
    .addOption(
      new Option('--continue <word>', 'token for the next page, as printed at the end of the last one').conflicts(
        'watch',
      ),
    )
    .option('--watch', 'keep running and show changes as they happen, until Ctrl-C')
    .addOption(new Option('--format <format>', 'how to print it').choices(['table', 'json']).default('table'))
    .option(...URL_OPTION)
    .option(...TOKEN_OPTION)
    .addHelpText(
      'after',
      `
With --watch, a terminal shows one table. Elsewhere each run is a line of its own whenever it has changed, with --format json of JSON.
Colours are for terminals; NO_COLOR turns them off.

Examples:
  $ npx tekton-dag runs --team payments --watch
  $ npx tekton-dag runs --app cart --phase Failed --since 2026-05-10 --format json`,
    )
    .action((options) => done((require('./runs/runs') as typeof Runs).runs(options)));

  main
    .command('logs')
    .description('print what the steps of a run wrote: of the steps that failed, else of those that run')
    .argument('<run>', 'name of the run, or <namespace>/<name>')
    .option('--task <task>', 'print all steps of this task')
    .option('--step <step>', 'print only this step of the task')
    .option('--follow', 'keep printing until the step, or each step of the task, has ended')
    .option(...URL_OPTION)
    .option(...TOKEN_OPTION)
    .addHelpText(
      'after',
      `
A log is there as long as its pod is. Control characters are shown as escapes, and colours are left out.
It exits with 0 however the step ends; report tells that.

Examples:
  $ npx tekton-dag logs pr-42-x7k2pq3abc
  $ npx tekton-dag logs pr-42-x7k2pq3abc --task build-cart --step compile --follow`,
    )
    .action((name: string, options) => done((require('./runs/logs') as typeof Logs).logs(name, options)));

  main
    .command('report')
    .description('print the outcome of a run: verdict, failures, test cases, tasks, and the inputs of the run')
    .argument('<run>', 'name of the run, or <namespace>/<name>')
    .option(
      '--against <run>',
      'also say what has changed since that run; green: since the newest before it that succeeded',
    )
    .option('--wait', 'wait until the run is over, and tell meanwhile how it gets on')
    .addOption(new Option('--format <format>', 'how to tell it').choices(['text', 'json']).default('text'))
    .option(...URL_OPTION)
    .option(...TOKEN_OPTION)
    .addHelpText(
      'after',
      `
It exits with 0 if the run has succeeded, and with 1 if it has failed, was cancelled or refused, or is not over.

Examples:
  $ npx tekton-dag report pr-42-x7k2pq3abc --against green
  $ npx tekton-dag report pr-42-x7k2pq3abc --wait && ./deploy.sh`,
    )
    .action((name: string, options) => done((require('./runs/report') as typeof Report).report(name, options)));

  main
    .command('simulate')
    .description('say how long a run would take, which tasks decide that, and which resources it needs; nothing is run')
    .argument('<stack>', 'name or file of a stack')
    .addOption(new Option('--pipeline <pipeline>', 'what is to be run').choices(PIPELINES).makeOptionMandatory())
    .option('--team <team>', 'team that runs it (default: the only one that has the stack)')
    .option('--team-file <file>', 'one team.yaml from anywhere; its stacks are relative to --root')
    .option('--root <dir>', 'folder that holds teams/ and stacks/')
    .option('--app <app...>', 'changed app, once for each; bootstrap, promote: the apps (default: all)')
    .option('--to <cluster>', 'cluster to promote to')
    .option('--max-parallel-builds <numbers>', 'try these values: 1,2,4,8 (default: that of the team)', countsOf)
    .option('--times <file>', 'how long tasks take, in YAML or JSON; it counts before --history')
    .option('--history [runs]', 'medians of this many of the newest runs that succeeded (default: 20)', limitOf)
    .option('--runs <number>', 'how long runs wait if this many are asked for at once', countOf)
    .option(
      '--slots <numbers>',
      'with --runs, try these numbers of slots: 1,2,4 (default: maxConcurrentRuns)',
      countsOf,
    )
    .addOption(textOrJson())
    .option(...URL_OPTION)
    .option(...TOKEN_OPTION)
    .addHelpText(
      'after',
      `
Nodes are taken to have room for every pod. Builds that share a core take longer than they do alone. docs/simulate.md lists what is not known,
and how close the result comes. Only --history asks an orchestrator.

Examples:
  $ npx tekton-dag simulate checkout --pipeline bootstrap --max-parallel-builds 1,2,4,8
  $ npx tekton-dag simulate checkout --pipeline pr-test --app cart --history
  $ npx tekton-dag simulate checkout --pipeline pr-test --app cart --times faster.yaml --runs 12 --slots 2,3,4`,
    )
    .action((stack: string, options) =>
      done((require('./simulate/simulate') as typeof Simulate).simulate(stack, options)),
    );
}
