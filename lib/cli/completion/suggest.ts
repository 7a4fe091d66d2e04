import type { Argument, Command, Option } from 'commander';

/** What may come next on a command line, as commander knows its commands. */

/** A word, and for shells that show it what the word does. */
export interface Suggestion {
  readonly word: string;
  readonly description: string;
}

/** Kinds of names that a command line has in angle brackets: `--team <team>`. */
export const NAMED = ['team', 'stack', 'cluster'] as const;
export type Named = (typeof NAMED)[number];
/** The names of a kind that there are. */
export type Names = (kind: Named) => readonly string[];

/**
 * @param words what is typed after the program's name, the last of them as far as it is typed
 * @returns none where a file may follow: shells know these
 */
export function suggest(program: Command, words: readonly string[], names: Names): readonly Suggestion[] {
  const last = words.at(-1) ?? '';
  // bash takes `=` for a word
  const typed = last === '=' ? '' : last;
  const { command, operands, open, options } = read(program, words.slice(0, -1));
  const [name = '', begun] = typed.split('=', 2);
  const assigned = begun === undefined ? undefined : command.options.find(({ long }) => long === name);
  const possible = assigned
    ? valuesOf(assigned, assigned.flags, names).map((word) => plain(`${name}=${word}`))
    : open
      ? valuesOf(open, open.flags, names).map(plain)
      : typed.startsWith('-')
        ? optionsOf(command, options)
        : [...commandsOf(command, operands), ...operandsOf(command, operands, names)];
  return possible.filter(({ word }) => word.startsWith(typed));
}

const plain = (word: string): Suggestion => ({ word, description: '' });

interface ReadLine {
  readonly command: Command;
  /** How many words are no options and no values of such. */
  readonly operands: number;
  readonly options: readonly Option[];
  /** The option that waits for its value. */
  readonly open?: Option;
}

function read(program: Command, words: readonly string[]): ReadLine {
  let line: ReadLine = { command: program, operands: 0, options: [] };
  for (const word of words) line = readWord(line, word);
  return line;
}

function readWord(line: ReadLine, word: string): ReadLine {
  const { command, operands, options, open } = line;
  if (open && word === '=') return line;
  if (word.startsWith('-')) {
    const option = command.options.find(({ long, short }) => [long, short].includes(word.split('=', 1)[0]));
    const takes = option !== undefined && (option.required || option.optional) && !word.includes('=');
    return { command, operands, options: option ? [...options, option] : options, ...(takes && { open: option }) };
  }
  if (open) return { command, operands, options, ...(open.variadic && { open }) };
  const next = operands === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  return next ? { command: next, operands: 0, options: [] } : { command, operands: operands + 1, options };
}

function valuesOf(
  { argChoices }: Pick<Argument | Option, 'argChoices'>,
  written: string,
  names: Names,
): readonly string[] {
  const kind = NAMED.find((one) => written.includes(`<${one}>`));
  return argChoices ?? (kind === undefined ? [] : names(kind));
}

const optionsOf = (command: Command, typed: readonly Option[]): readonly Suggestion[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => option.variadic || !typed.some(({ long }) => long === option.long))
    .map(({ long, short, description }) => ({ word: (long ?? short) as string, description }));

const commandsOf = (command: Command, operands: number): readonly Suggestion[] =>
  operands > 0
    ? []
    : command
        .createHelp()
        .visibleCommands(command)
        .map((one) => ({ word: one.name(), description: one.description() }));

function operandsOf({ registeredArguments }: Command, operands: number, names: Names): readonly Suggestion[] {
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[operands] ?? (last?.variadic ? last : undefined);
  return argument ? valuesOf(argument, `<${argument.name()}>`, names).map(plain) : [];
}
