import type { ImageCopy } from '../../output/image-copies';
import { copiesTo, skopeoCopy } from '../../output/image-copies';
import { InputError } from '../../words/problem';
import type { Problem } from '../../words/problem';
import { program } from '../program';
import { EXIT, during, print, printDone } from '../terminal';
import type { ExitCode } from '../terminal';
import type { ImagesOptions } from './used';
import { imagesOf } from './used';

/** `images mirror`: prints the commands that bring the images of the output to a registry; with --apply runs them. */
export async function mirrorImages(
  registry: string,
  options: ImagesOptions & { readonly apply?: true },
): Promise<ExitCode> {
  const copies = copiesTo(registry, await imagesOf(options));
  if (options.apply) await copyAll(copies);
  else for (const copy of copies) print(['skopeo', ...skopeoCopy(copy)].join(' '));
  return EXIT.done;
}

/** One after another; an image that cannot be copied keeps no other from it. @throws InputError with each of those */
async function copyAll(copies: readonly ImageCopy[]): Promise<void> {
  await program('skopeo', ['--version']);
  const problems: Problem[] = [];
  for (const copy of copies) {
    try {
      await during(`copy ${copy.from}`, program('skopeo', skopeoCopy(copy)));
      printDone(`copied ${copy.from} to ${copy.to}`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems.map(({ message, severity }) => ({ file: copy.from, message, severity })));
    }
  }
  if (problems.length > 0) throw new InputError(problems);
}
