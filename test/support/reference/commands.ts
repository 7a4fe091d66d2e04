import type { Command } from 'commander';
import { createProgram } from '../../../lib/cli/main';
import { page } from './markdown';

const WIDTH = 100;

/** Every command with its help, as `--help` prints it. */
export function commandsPage(): string {
  return page(
    'Commands',
    'Every command of `npx tekton-dag`, as its `--help` prints it. Commands `image` and `import-crds` need a clone of tekton-dag.',
    ...leaves(createProgram(() => Promise.resolve())).map((command) => [
      '',
      `## ${namesOf(command).join(' ')}`,
      '',
      '```text',
      helpOf(command),
      '```',
    ]),
  );
}

const leaves = (command: Command): readonly Command[] => [
  command,
  ...command.commands.filter((one) => one.name() !== 'help').flatMap(leaves),
];

const namesOf = (command: Command): readonly string[] => [
  ...(command.parent === null ? [] : namesOf(command.parent)),
  command.name(),
];

function helpOf(command: Command): string {
  let said = '';
  command.configureOutput({
    writeOut: (text) => void (said += text),
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return said.trimEnd();
}
