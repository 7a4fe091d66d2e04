import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command, CommanderError } from 'commander';
import { createProgram } from '../lib/cli/main';
import { PAGES, boxLines, callsIn, callsOf, readPage } from './support/page-commands';

/** The program takes every command that a page, or the help of a command, tells people to type. */

const ROOT = join(__dirname, '..');
const scriptsOf = (folder: string): Readonly<Record<string, string>> =>
  (JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts;
const SCRIPTS = scriptsOf('.');
const OWN = 'node lib/cli/tekton-dag.js ';

const program = (): Command => createProgram(() => Promise.resolve());

const withAll = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(withAll)];

/** Commands in sentences, without those that have a word for what the reader puts there, such as STACK. */
const inSentences = (page: string): readonly string[] =>
  [...page.matchAll(/`((?:npx tekton-dag|npm run) [^`]+)`/g)]
    .map(([, command = '']) => command)
    .filter((command) => !/\b[A-Z]{3,}\b/.test(command));

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
  PAGES.flatMap((page) => commandsIn(linesOf(readPage(page))).map((args) => [page, args] as const));

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

/** What npm does by itself, and no script. */
const OF_NPM = ['ci', 'install', 'pack', 'test'];

it.each(callsIn('npm'))('%s: npm %j', (_, args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { workspace: { type: 'string', short: 'w' } },
    strict: false,
    allowPositionals: true,
  });
  const [command = '', script = ''] = positionals;
  if (command !== 'run') expect(OF_NPM).toContain(command);
  else expect(Object.keys(scriptsOf(String(values.workspace ?? '.')))).toContain(script);
});

it.each([[['synht']], [['synth', '--chekc']], [['run', 'deploy']], [['team', 'nwe', 'a']]])(
  'and not %j',
  async (args) => {
    await expect(takes(args)).rejects.toThrow();
  },
);
