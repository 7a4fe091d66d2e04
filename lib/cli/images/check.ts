import { skopeoInspect } from '../../output/image-copies';
import { checkImage } from '../../output/image-problems';
import type { UsedImage } from '../../output/used-images';
import { InputError, isError } from '../../words/problem';
import type { Problem } from '../../words/problem';
import { program } from '../program';
import { EXIT, during, print, printDone, tellProblems } from '../terminal';
import type { ExitCode } from '../terminal';
import type { ImagesOptions } from './used';
import { imagesOf } from './used';

/** The options of `images check`. */
interface CheckOptions extends ImagesOptions {
  readonly probe?: true;
  readonly format: 'text' | 'json';
}

interface Checked extends UsedImage {
  readonly problems: readonly Problem[];
}

/** `images check`: versions without support and tags that may come to mean another image; with --probe also what registries lack. */
export async function checkImages(options: CheckOptions): Promise<ExitCode> {
  const images = await imagesOf(options);
  const today = new Date().toISOString().slice(0, 'yyyy-mm-dd'.length);
  if (options.probe) await program('skopeo', ['--version']);
  const checked: Checked[] = [];
  for (const image of images)
    checked.push({
      ...image,
      problems: [...checkImage(image, today), ...(options.probe ? await probe(image) : [])],
    });
  tell[options.format](checked);
  return checked.some(({ problems }) => problems.some(isError)) ? EXIT.failed : EXIT.done;
}

/** Whether its registry has it, for whoever is logged in there on this machine. */
async function probe({ image }: UsedImage): Promise<readonly Problem[]> {
  try {
    await during(`ask for ${image}`, program('skopeo', skopeoInspect(image)));
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ message, severity }) => ({
      file: image,
      message: `its registry does not give it: ${message}`,
      severity,
    }));
  }
}

const tell: Readonly<Record<CheckOptions['format'], (checked: readonly Checked[]) => void>> = {
  json: (checked) => print(JSON.stringify(checked, undefined, 2)),
  text: (checked) => {
    const problems = checked.flatMap((one) => one.problems);
    tellProblems(problems);
    const errors = problems.filter(isError).length;
    const counts = [counted(errors, 'error'), counted(problems.length - errors, 'warning')];
    printDone(`${counted(checked.length, 'image')}: ${counts.join(', ')}`);
  },
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
