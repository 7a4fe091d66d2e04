import { basename, dirname, resolve } from 'node:path';
import { loadCluster, loadTeam, validateFile } from '../fleet/formats';
import { collected } from '../words/problem';
import type { Problem } from '../words/problem';
import { readGiven } from './given';
import { readCluster, readTeam } from './read-code';
import { EXIT, print, tellProblems } from './terminal';
import type { ExitCode } from './terminal';
import { together } from './usage-error';

/** `validate FILE…`: each file as far as it can be checked by itself; what lies between files is for synth. */
export function validate(files: readonly string[]): ExitCode {
  const problems: Problem[] = [];
  try {
    together(...files.map((file) => () => problems.push(...validateOne(file))));
  } finally {
    tellProblems(problems);
  }
  return problems.some(isError) ? EXIT.failed : EXIT.done;
}

/** @throws UsageError where there is no such file */
function validateOne(file: string): readonly Problem[] {
  const text = readGiven(file);
  const { all, attempt } = collected();
  const [checked] = attempt(() => (file.endsWith('.ts') ? validateModule(file) : validateFile({ file, text })));
  const problems = checked?.problems ?? all;
  if (!problems.some(isError)) print(`${file}: a valid ${checked?.format} file`);
  return problems;
}

const isError = ({ severity }: Problem): boolean => severity === 'error';

/** A team.ts, or a cluster's file: what it exports is held to what the same in YAML must be. */
function validateModule(file: string): ReturnType<typeof validateFile> {
  const path = resolve(file);
  return basename(dirname(path)) === 'clusters'
    ? { format: 'cluster', problems: loadCluster(readCluster('.', path)).problems }
    : { format: 'team', problems: loadTeam(readTeam('.', path).source).problems };
}
