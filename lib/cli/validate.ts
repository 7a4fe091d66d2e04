import { resolve } from 'node:path';
import { loadTeam, validateFile } from '../fleet/formats';
import { collected } from '../words/problem';
import { readTeam } from './load';
import { readText } from './read-text';
import { EXIT, print, tellProblems } from './terminal';
import type { ExitCode } from './terminal';

/** `validate FILE…`: each file as far as it can be checked by itself; what lies between files is for synth. */
export function validate(files: readonly string[]): ExitCode {
  const problems = files.flatMap((file) => {
    const { format, problems } = validateOne(file);
    if (!problems.some(({ severity }) => severity === 'error')) print(`${file}: a valid ${format} file`);
    return problems;
  });
  tellProblems(problems);
  return problems.some(({ severity }) => severity === 'error') ? EXIT.failed : EXIT.done;
}

const validateOne = (file: string): ReturnType<typeof validateFile> => {
  const { all: problems, attempt } = collected();
  const [checked] = attempt(() =>
    file.endsWith('.ts') ? validateModule(file) : validateFile({ file, text: readText(file) }),
  );
  return checked ?? { problems };
};

/** A team.ts: what it exports is held to what a team.yaml must be. */
const validateModule = (file: string): ReturnType<typeof validateFile> => ({
  format: 'team',
  problems: loadTeam(readTeam('.', resolve(file)).source).problems,
});
