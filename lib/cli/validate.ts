import { readFileSync } from 'node:fs';
import { validateFile } from '../contract/formats';
import { EXIT, print, tellProblems } from './terminal';
import type { ExitCode } from './terminal';

/** `validate FILE…`: each file as far as it can be checked by itself; what lies between files is for synth. */
export function validate(files: readonly string[]): ExitCode {
  const problems = files.flatMap((file) => {
    const { format, problems } = validateFile({ file, text: readFileSync(file, 'utf8') });
    if (!problems.some(({ severity }) => severity === 'error')) print(`${file}: a valid ${format} file`);
    return problems;
  });
  tellProblems(problems);
  return problems.some(({ severity }) => severity === 'error') ? EXIT.failed : EXIT.done;
}
