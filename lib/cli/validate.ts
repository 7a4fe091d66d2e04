import { basename, dirname, resolve, sep } from 'node:path';
import type { Format } from '../fleet/formats';
import { loadCluster, loadTeam, validateFile } from '../fleet/formats';
import { collected, isError } from '../words/problem';
import type { Problem } from '../words/problem';
import { readGiven } from './given';
import { readCluster, readTeam } from './read-code';
import { readFleet, tablesAt } from './read-fleet';
import { EXIT, print, printDone, tellProblems } from './terminal';
import type { ExitCode } from './terminal';
import { together } from './usage-error';

/** How to tell what was found. */
type ToldAs = 'text' | 'json';

/** A file, its format where that is known, and what is wrong with it. */
interface Validated {
  readonly file: string;
  readonly format?: Format | 'fleet';
  readonly problems: readonly Problem[];
}

/** `validate FILE…`: each file as far as it can be checked by itself; what lies between files is for synth. */
export function validate(files: readonly string[], { format }: { readonly format: ToldAs }): ExitCode {
  const checked: Validated[] = [];
  try {
    together(...files.map((file) => () => checked.push(validateOne(file))));
  } finally {
    tell[format](checked);
  }
  return checked.some(isWrong) ? EXIT.failed : EXIT.done;
}

const tell: Readonly<Record<ToldAs, (checked: readonly Validated[]) => void>> = {
  json: (checked) => print(JSON.stringify(checked, undefined, 2)),
  text: (checked) => {
    for (const one of checked) if (!isWrong(one)) printDone(`${one.file}: a valid ${one.format} file`);
    tellProblems(checked.flatMap(({ problems }) => problems));
  },
};

/** @throws UsageError where there is no such file */
function validateOne(file: string): Validated {
  const text = readGiven(file);
  const { all, attempt } = collected();
  const [checked] = attempt(() =>
    file.endsWith('.ts') ? validateModule(file) : validateFile({ file, text }, tablesAt(repositoryOf(file))),
  );
  return { file, format: checked?.format, problems: checked?.problems ?? all };
}

/** The folder that may hold the fleet.ts of a file's repository: above its stacks/ or teams/. */
function repositoryOf(file: string): string {
  const parts = resolve(file).split(sep);
  const folder = parts.findLastIndex((part, index) => index < parts.length - 1 && ['stacks', 'teams'].includes(part));
  return folder === -1 ? dirname(resolve(file)) : parts.slice(0, folder).join(sep) || sep;
}

const isWrong = ({ problems }: Validated): boolean => problems.some(isError);

/** A team.ts, or a cluster's file: what it exports is held to what the same in YAML must be. */
function validateModule(file: string): Pick<Validated, 'format' | 'problems'> {
  const path = resolve(file);
  if (basename(path) === 'fleet.ts') {
    readFleet('.', path);
    return { format: 'fleet', problems: [] };
  }
  return basename(dirname(path)) === 'clusters'
    ? { format: 'cluster', problems: loadCluster(readCluster('.', path)).problems }
    : {
        format: 'team',
        problems: loadTeam(readTeam('.', path).source, { tables: tablesAt(repositoryOf(file)) }).problems,
      };
}
