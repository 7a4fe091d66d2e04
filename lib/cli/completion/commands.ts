/* eslint-disable @typescript-eslint/no-require-imports -- as in main.ts */
import { Argument } from 'commander';
import type { Command } from 'commander';
import type { ExitCode } from '../terminal';
import type * as Completion from './completion';
import { SHELLS } from './scripts';
import type { Shell } from './scripts';

/** The command that a person types once, and the one that the shell calls then. */
export function addCompletionCommands(
  main: Command,
  done: (code: ExitCode | Promise<ExitCode>) => Promise<void>,
): void {
  const load = (): typeof Completion => require('./completion') as typeof Completion;
  main
    .command('completion')
    .description('print a completion script: commands, options, and names of teams, stacks and clusters')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
The shell must find tekton-dag as a command. Where npm has installed it in a repository alone, define one first. In ~/.bashrc or ~/.zshrc:
  tekton-dag() { npx --no -- tekton-dag "$@"; }
In ~/.config/fish/config.fish:
  function tekton-dag; npx --no -- tekton-dag $argv; end

Then start a new shell.

Examples:
  $ npx tekton-dag completion bash >> ~/.bashrc
  $ npx tekton-dag completion zsh > "\${fpath[1]}/_tekton-dag"
  $ npx tekton-dag completion fish > ~/.config/fish/completions/tekton-dag.fish`,
    )
    .action((shell: Shell) => done(load().completion(shell)));

  main
    .command('complete', { hidden: true })
    .argument('[word...]')
    .action((words: string[]) => done(load().complete(main, words)));
}
