import { isDeepStrictEqual } from 'node:util';
import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Change } from '../fleet/edit-versions';
import { editVersions } from '../fleet/edit-versions';
import { loadVersions } from '../fleet/formats';
import { candidateOf, isAfter, recordRelease } from '../fleet/releases';
import type { VersionsFile } from '../fleet/versions';
import { knownHint } from '../words/nearest';
import type { Problem } from '../words/problem';
import { InputError } from '../words/problem';
import { print } from './terminal';
import { readText } from './read-text';

/** `versions`: what the scripts of a release read and write of a versions file. They run it from the image of tools. */

interface Options {
  readonly file: string;
}
interface AppOptions extends Options {
  readonly app: string;
}

interface CarryOptions extends Options {
  readonly from: string;
  readonly base?: string;
}

const fileOption = ['--file <file>', 'the versions file'] as const;
const appOption = ['--app <app>', 'an app in it'] as const;

/** Adds the commands. */
export function addVersionsCommand(main: Command): void {
  const versions = main.command('versions').description('read or change a versions file, as a release does');
  versions
    .command('read')
    .description('print version, last released version and digest of an app; - for what it has not')
    .requiredOption(...fileOption)
    .requiredOption(...appOption)
    .action((options: AppOptions) => {
      const { version, 'last-released': last = '-', digest = '-' } = entryOf(options);
      print([version, last, digest].join(' '));
    });
  versions
    .command('release')
    .description('record a release; prints the version that it got, another one where that was taken meanwhile')
    .requiredOption(...fileOption)
    .requiredOption(...appOption)
    .requiredOption('--version <version>', 'as which it is released')
    .requiredOption('--digest <digest>', 'of its image')
    .option('--asked', 'this version and no other')
    .option('--tagged', 'the registry has it already; nothing changes where it, or a later one, is on record')
    .action((options: AppOptions & { version: string; digest: string; asked?: boolean; tagged?: boolean }) => {
      const { asked = false, tagged = false } = options;
      const { version, change } = recordRelease(entryOf(options), { ...options, asked, tagged });
      write(options, { [options.app]: change });
      print(version);
    });
  versions
    .command('candidate')
    .description('count a candidate that passed; prints it')
    .requiredOption(...fileOption)
    .requiredOption(...appOption)
    .action((options: AppOptions) => {
      const { version } = entryOf(options);
      write(options, { [options.app]: { version: candidateOf(version) } });
      print(version);
    });
  versions
    .command('digest')
    .description('record the image that an app runs')
    .requiredOption(...fileOption)
    .requiredOption(...appOption)
    .requiredOption('--digest <digest>', 'of its image')
    .action((options: AppOptions & { digest: string }) => {
      entryOf(options);
      write(options, { [options.app]: { digest: options.digest } });
    });
  versions
    .command('carry')
    .description('take what is newer in another versions file')
    .requiredOption(...fileOption)
    .requiredOption('--from <file>', 'the other one')
    .option('--base <file>', 'the file that both were made of: changes in the other one alone are taken, newer or not')
    .action((options: CarryOptions) => carry(options));
}

/** @throws InputError with all that is wrong with the file */
export function readVersions(file: string): VersionsFile {
  if (!existsSync(file)) throw problem(file, 'there is no such file; add it, with an entry for each app');
  const { value, problems } = loadVersions({ file, text: readText(file) });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (value === undefined || errors.length > 0) throw new InputError(errors);
  return value;
}

function entryOf({ app, file }: AppOptions): VersionsFile['apps'][string] {
  const { apps } = readVersions(file);
  const entry = Object.hasOwn(apps, app) ? apps[app] : undefined;
  if (entry === undefined)
    throw problem(file, `has no version of ${app}; add it below apps`, knownHint(app, Object.keys(apps)));
  return entry;
}

const problem = (file: string, message: string, hint: Partial<Problem> = {}): InputError =>
  new InputError([{ file, message, ...hint, severity: 'error' }]);

const write = ({ file }: Options, changes: Readonly<Record<string, Change>>): void =>
  writeFileSync(file, editVersions({ file, text: readText(file) }, changes));

function carry({ file, from, base }: CarryOptions): void {
  const own = readVersions(file).apps;
  const before = base === undefined ? {} : readVersions(base).apps;
  const taken = Object.entries(readVersions(from).apps).filter(([app, entry]) => {
    const current = Object.hasOwn(own, app) ? own[app] : undefined;
    // one that both had is gone on purpose
    if (current === undefined) return !Object.hasOwn(before, app);
    const isUntouched = Object.hasOwn(before, app) && isDeepStrictEqual(before[app], current);
    return isUntouched || isAfter(entry.version, current.version);
  });
  write({ file }, Object.fromEntries(taken));
}
