import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, CommanderError } from 'commander';
import { parse } from 'shell-quote';
import { createProgram } from '../lib/cli/main';

/** The program takes every command that a page, or the help of a command, tells people to type. */

const ROOT = join(__dirname, '..');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const SCRIPTS = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
  .scripts;
const OWN = 'node lib/cli/tekton-dag.js ';

const program = (): Command => createProgram(() => Promise.resolve());

const withAll = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(withAll)];

/** Lines of the boxes of shell commands, each with what it continues. */
const boxLines = (page: string): readonly string[] =>
  [...page.matchAll(/^ *```(?:sh|bash)\n([^]*?)^ *```/gm)].flatMap(([, box = '']) =>
    box.replaceAll('\\\n', ' ').split('\n'),
  );

/** Commands in sentences, without those that have a word for what the reader puts there, such as STACK. */
const inSentences = (page: string): readonly string[] =>
  [...page.matchAll(/`((?:npx tekton-dag|npm run) [^`]+)`/g)]
    .map(([, command = '']) => command)
    .filter((command) => !/\b[A-Z]{3,}\b/.test(command));

/** Words of each program that a line calls, without comments and redirections. */
function callsOf(line: string): readonly (readonly string[])[] {
  const calls: string[][] = [[]];
  let isTarget = false;
  // a variable stays as it is written
  for (const part of parse(line, (name) => `$${name}`)) {
    if (typeof part === 'string') {
      if (!isTarget) calls.at(-1)!.push(part);
      isTarget = false;
    } else if ('pattern' in part) calls.at(-1)!.push(part.pattern);
    else if ('op' in part) {
      if (['>', '>>', '<'].includes(part.op)) isTarget = true;
      else calls.push([]);
    }
  }
  return calls.filter((words) => words.length > 0);
}

/** The arguments of tekton-dag, if a call is one of it: by itself, by npx, or by a script of package.json. */
function argumentsOf(words: readonly string[]): readonly string[] | undefined {
  const [first = '', second = '', third = ''] = words;
  if (first === 'tekton-dag') return words.slice(1);
  if (first === 'npx' && second === 'tekton-dag') return words.slice(2);
  const script = first === 'npm' && second === 'run' ? SCRIPTS[third] : undefined;
  if (script === undefined || !script.startsWith(OWN)) return undefined;
  return [...script.slice(OWN.length).split(' '), ...words.slice(3).filter((word) => word !== '--')];
}

const commandsIn = (lines: readonly string[]): readonly (readonly string[])[] =>
  lines.flatMap(callsOf).flatMap((words) => {
    const args = argumentsOf(words);
    return args === undefined ? [] : [args];
  });

/** @throws what the program says of wrong words */
async function takes(args: readonly string[]): Promise<void> {
  const main = program();
  for (const command of withAll(main))
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
      .action(() => undefined);
  await main.parseAsync([...args], { from: 'user' });
}

const commandsOf = (linesOf: (page: string) => readonly string[]) =>
  PAGES.flatMap((page) =>
    commandsIn(linesOf(readFileSync(join(ROOT, page), 'utf8'))).map((args) => [page, args] as const),
  );

it.each(commandsOf(boxLines))('%s: tekton-dag %j', async (_, args) => {
  await expect(takes(args)).resolves.toBeUndefined();
});

/** A sentence may name a command without its arguments. */
const NAMED_ALONE: readonly unknown[] = [
  undefined,
  'commander.missingArgument',
  'commander.optionMissingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.helpDisplayed',
];

it.each(commandsOf(inSentences))('%s, in a sentence: tekton-dag %j', async (_, args) => {
  const refusal = await takes(args).catch((error: CommanderError) => error);
  expect(NAMED_ALONE).toContain(refusal?.code);
});

const examples = withAll(program()).flatMap((command) => {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return commandsIn(
    help
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line.startsWith('  $ '))
      .map((line) => line.slice(4)),
  );
});

it.each(examples.map((args) => [args]))('its help: tekton-dag %j', async (args) => {
  await expect(takes(args)).resolves.toBeUndefined();
});

it.each([[['synht']], [['synth', '--chekc']], [['run', 'deploy']], [['team', 'nwe', 'a']]])(
  'and not %j',
  async (args) => {
    await expect(takes(args)).rejects.toThrow();
  },
);
