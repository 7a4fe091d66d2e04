import type { Argument, Command, Option } from 'commander';
import { InvalidArgumentError } from 'commander';
import { UsageError } from './usage-error';

/**
 * Commander stops at the first value that an option or argument refuses, and at the first option that is missing. Here it goes
 * on, and no command begins before all of them are told.
 * @returns the values that are refused so far, for an error after which commander does not go on
 */
export function gatherRefusals(program: Command): readonly string[] {
  const refused: string[] = [];
  const required = new Map<Command, readonly Option[]>();
  for (const command of commandsOf(program)) {
    const { options, registeredArguments } = command;
    for (const option of options) goOn(option, `option '${option.flags}'`, refused);
    for (const argument of registeredArguments) goOn(argument, `command-argument '${argument.name()}'`, refused);
    required.set(
      command,
      options.filter(({ mandatory }) => mandatory),
    );
    for (const option of options) option.makeOptionMandatory(false);
  }
  program.hook('preAction', (_, command) => {
    const missing = (required.get(command) ?? []).filter(
      (option) => command.getOptionValue(option.attributeName()) === undefined,
    );
    const reasons = [...refused, ...missing.map(({ flags }) => `required option '${flags}' not specified`)];
    if (reasons.length > 0) throw new UsageError(...reasons);
  });
  return refused;
}

const commandsOf = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(commandsOf)];

/** In the words of commander. */
function goOn(taker: Argument | Option, name: string, refused: string[]): void {
  const { parseArg } = taker;
  if (parseArg === undefined) return;
  taker.argParser((value: string, previous: unknown) => {
    try {
      return parseArg(value, previous);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      refused.push(`${name} argument '${value}' is invalid. ${error.message}`);
      return previous;
    }
  });
}
