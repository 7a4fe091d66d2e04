/* eslint-disable @typescript-eslint/no-require-imports -- a command is loaded when it is called, and tsx compiles what is required */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { pipelineOfWord } from '../original/pipeline-words';
import { GRAPH_FORMATS } from '../fleet/graph-format';
import { addCompletionCommands } from './completion/commands';
import type * as Dev from './dev/dev';
import { addFleetCommands } from './fleet-commands';
import { addImageCommands } from './image-commands';
import type * as Explain from './explain';
import type * as Graph from './graph';
import { addRepositoryCommands } from './repository-commands';
import { TOKEN_OPTION, URL_OPTION, addRunCommands } from './run-commands';
import type * as Run from './run';
import type * as Again from './runs/again';
import type { AgainOptions } from './runs/again';
import type * as Synth from './synth';
import { numberOf, pairOf, pairsOf, textOrJson } from './option-values';
import { gatherRefusals } from './refused-values';
import { exit, guardProcess, hasRunFleetCode } from './fleet-code';
import { EXIT, flush, keepStdout, print, report, setQuiet } from './terminal';
import type { ExitCode } from './terminal';
import { UsageError } from './usage-error';
import type * as Validate from './validate';
import { PIPELINES } from '../words/names';
import { OWN_VERSION } from '../words/own-version';

/**
 * The command line. Other programs call it, so its words do not change. It exits with 0 when all is done, with 1 when the
 * input, a check or the work failed, with 2 when options or arguments are wrong or name what is not there, and with 3 when
 * `diff` found what a person must look at. A command is loaded when it is called, so `graph` does not wait for what only
 * `synth` uses.
 */

const ROOT = ['--root <dir>', 'folder that holds teams/ and stacks/'] as const;
const TEAM_FILE = ['--team-file <file>', 'one team.yaml from anywhere; its stacks are relative to --root'] as const;
const ROOT_HELP = `
--root defaults to the current folder, with --team-file to the folder above the file's teams/.`;

/** Declares every command. @param done receives the exit code of the command that ran */
export function createProgram(done: (code: ExitCode | Promise<ExitCode>) => Promise<void>): Command {
  const main = new Command('tekton-dag')
    .description('Teams and stacks as data, Tekton pipelines as plain YAML.')
    .version(OWN_VERSION)
    .option('--quiet', 'leave out warnings, progress, and what was done; errors and answers stay')
    .hook('preAction', (command) => setQuiet(command.opts<{ quiet?: true }>().quiet === true))
    .showHelpAfterError('(see --help)')
    .addHelpText(
      'after',
      `
Exit codes:
  0  done
  1  the input is wrong, or a check or the work failed
  2  options or arguments are wrong, or name what is not there
  3  diff only: it found a change that a person must look at`,
    )
    .configureOutput({ writeOut: print })
    .exitOverride();

  main
    .command('synth')
    .description('write the YAML of all teams, or of those named')
    .argument('[team...]', 'teams to synthesize; the files of others stay as they are')
    .option(...ROOT)
    .option(...TEAM_FILE)
    .option('--out <dir>', 'where to write (default: dist)')
    .option('--check', 'write nothing; list each file that differs, is missing or is left over, and exit 1')
    .option('--allow-removal', 'write even if half of the teams of the output, or more, would go')
    .addHelpText(
      'after',
      `${ROOT_HELP}

Examples:
  $ npx tekton-dag synth
  $ npx tekton-dag synth payments --check
  $ npx tekton-dag synth --team-file ../elsewhere/teams/default/team.yaml --out build/default`,
    )
    .action((teams: string[], options) => done((require('./synth') as typeof Synth).synth(teams, options)));

  main
    .command('dev')
    .description(
      'synthesize, and again whenever a file is saved; draw the stack that was touched, and tell what changed',
    )
    .option(...ROOT)
    .addHelpText(
      'after',
      `
--root defaults to the current folder.

It watches teams/, stacks/, clusters/, fleet.ts, and what these import. Whenever one of them is saved, it
  1. reports every error with its file and line, and then leaves dist/ as it is
  2. draws each stack whose file was saved
  3. writes the files of dist/ that change, and lists the changes by team
Ctrl-C ends it with exit code 0. Commit dist/ as you do after synth.

Examples:
  $ npx tekton-dag dev
  $ npx tekton-dag dev --root ../platform`,
    )
    .action((options) => done((require('./dev/dev') as typeof Dev).dev(options)));

  main
    .command('validate')
    .description('check stack, team, cluster, versions and registry files, recognised by their content, and fleet.ts')
    .argument('<file...>')
    .addOption(textOrJson())
    .addHelpText(
      'after',
      `
Examples:
  $ npx tekton-dag validate stacks/*.yaml teams/*/team.* clusters/* fleet.ts
  $ npx tekton-dag validate stacks/*.yaml --format json | jq '.[].problems[]'`,
    )
    .action((files: string[], options) => done((require('./validate') as typeof Validate).validate(files, options)));

  main
    .command('graph')
    .description('draw a stack: its apps by propagation role, who calls whom, where requests enter')
    .argument('<stack>', 'a stack file, or the name of a stack in stacks/')
    .addOption(new Option('--format <format>', 'how to draw').choices(GRAPH_FORMATS).default('mermaid'))
    .option(...ROOT)
    .addHelpText(
      'after',
      `
Examples:
  $ npx tekton-dag graph checkout --format html > checkout.html
  $ npx tekton-dag graph stacks/checkout.yaml --format svg > checkout.svg`,
    )
    .action((stack: string, options) => done((require('./graph') as typeof Graph).graph(stack, options)));

  main
    .command('run')
    .description('print a PipelineRun, its Pipeline embedded and pruned to the apps that it concerns')
    .addArgument(pipelineArgument())
    .option('--stack <stack>', 'name or file of the stack (default: the only one of the team)')
    .option('--team <team>', 'team that runs it')
    .option(...TEAM_FILE)
    .option(...ROOT)
    .option('--app <app...>', 'changed app, once for each; bootstrap, promote: the apps (default: all)')
    .option('--app-revision <app:revision...>', 'revision of an app in its own repository, once for each', pairOf)
    .option('--pr <number>', 'number of the pull request', numberOf)
    .option('--revision <sha>', 'commit of the changed repository')
    .option('--to <cluster>', 'cluster to promote to')
    .option(
      '--version-overrides <app:version...>',
      'released versions to deploy instead of building; also as one JSON object',
      pairsOf,
    )
    .option('--force-rebuild', 'build even what was built from the same content')
    .option('--intercept-backend <backend>', 'must be the one that the Pipeline was made for')
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(['yaml', 'json']).default('yaml'))
    .option('--by-reference', 'refer to the Pipeline in the cluster instead of embedding it')
    .addOption(
      new Option(
        '--request',
        "print a RunRequest instead: the team's orchestrator runs it when its turn comes",
      ).conflicts('byReference'),
    )
    .option('--apply', 'create it in the cluster that KUBECONFIG names')
    .option('--from <run>', 'ask the orchestrator to make this run again, as it was (docs/terminal.md)')
    .option('--allow-changes', 'with --from: make the run even if its inputs have changed')
    .option(...URL_OPTION)
    .option(...TOKEN_OPTION)
    .addHelpText(
      'after',
      `${ROOT_HELP}
With --from the files of the fleet are not read. It exits with 1, makes nothing and says why if the run would not be the same.

Examples:
  $ npx tekton-dag run bootstrap --team payments --stack checkout | kubectl create -f -
  $ npx tekton-dag run bootstrap --team payments --stack checkout --request | kubectl create -f -
  $ npx tekton-dag run pr-test --team payments --stack checkout --app cart --pr 42 --revision 4f2c9d1 --apply
  $ npx tekton-dag run --from pr-42-x7k2pq3abc`,
    )
    .action(
      (pipeline: string | undefined, options: Run.RunOptions & AgainOptions & { from?: string }, command: Command) => {
        const { from } = options;
        if (from !== undefined) return done(againAsTyped(from, pipeline, options, command));
        if (pipeline === undefined)
          throw new UsageError(`say what to run: one of ${PIPELINES.join(', ')}, or --from <run>`);
        return done((require('./run') as typeof Run).run(pipeline, options));
      },
    );

  main
    .command('explain')
    .description(
      "print the answer of the teams' orchestrators to a delivery of a Git host, the requests they would create, and why",
    )
    .argument('<payload>', 'file with the JSON of the delivery')
    .requiredOption(
      '--event <event>',
      'name of the event, as the host sends it in a header: pull_request, issue_comment …',
    )
    .addOption(new Option('--from <host>', 'whose payload it is').choices(['github', 'gitea']).default('github'))
    .option(...ROOT)
    .option(...TEAM_FILE)
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(['yaml', 'json']).default('yaml'))
    .addHelpText(
      'after',
      `${ROOT_HELP}
No cluster is asked: as if nothing had come before, and no token were there to ask the host with. The age of the event does not count.

Example:
  $ npx tekton-dag explain payload.json --event pull_request`,
    )
    .action((payload: string, options) => done((require('./explain') as typeof Explain).explain(payload, options)));

  addRunCommands(main, done);
  addRepositoryCommands(main, done);
  addFleetCommands(main, done);
  addImageCommands(main, done);
  addCompletionCommands(main, done);
  return main;
}

/** Words of the original are taken, too; help, completion and errors list ours alone. */
function pipelineArgument(): Argument {
  const argument = new Argument('[pipeline]', 'the pipeline to run; none with --from').choices(PIPELINES);
  return argument.argParser((word: string) => {
    if (pipelineOfWord(word) === undefined)
      throw new InvalidArgumentError(`Allowed choices are ${PIPELINES.join(', ')}.`);
    return word;
  });
}

const WITH_FROM = ['from', 'allowChanges', 'url', 'tokenFile'];

/** @throws UsageError for what says how another run would be */
function againAsTyped(from: string, pipeline: string | undefined, options: AgainOptions, command: Command) {
  const typed = command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .filter((option) => !WITH_FROM.includes(option.attributeName()))
    .map(({ long }) => `${long} does not go with --from: a run is made again as it was`);
  const reasons = [...(pipeline === undefined ? [] : [`${pipeline}: --from says what to run`]), ...typed];
  if (reasons.length > 0) throw new UsageError(...reasons);
  return (require('./runs/again') as typeof Again).again(from, options);
}

/** Runs the command that the words after the program's name give. It reports its errors itself. @returns the exit code */
export async function main(words: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = createProgram(async (ended) => void (code = await ended));
  const refused = gatherRefusals(program);
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return report(error);
    // help and version are no failure; of what is wrong with the usage, commander has reported where it stopped
    return error.exitCode === 0 ? EXIT.done : report(new UsageError(...refused));
  }
}

/** Runs the command line as a process. */
export async function start(): Promise<void> {
  guardProcess();
  keepStdout();
  // the reader of the output may stop reading: `… | head`
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    exit(error.code === 'EPIPE' ? EXIT.done : report(error)),
  );
  const code = await main(process.argv.slice(2));
  process.exitCode = code;
  // code of the fleet may have left a timer or a server behind, which would keep the process for ever
  if (hasRunFleetCode()) flush(() => exit(code));
}
