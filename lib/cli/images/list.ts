import type { UsedImage } from '../../output/used-images';
import { paint } from '../runs/colour';
import { table } from '../runs/table';
import { EXIT, print } from '../terminal';
import type { ExitCode } from '../terminal';
import type { ImagesOptions } from './used';
import { imagesOf } from './used';

/** `images list`: every image that the output names, what it is there for, and whose objects name it. */
export async function listImages(options: ImagesOptions & { readonly format: 'text' | 'json' }): Promise<ExitCode> {
  const images = await imagesOf(options);
  print(options.format === 'json' ? JSON.stringify(images, undefined, 2) : asTable(images));
  return EXIT.done;
}

const HEAD = ['IMAGE', 'KIND', 'KEYS', 'TEAMS'];

const asTable = (images: readonly UsedImage[]): string =>
  table(
    HEAD,
    images.map(({ image, kind, keys, teams }) =>
      [image, kind, keys.join(', '), teams.join(', ')].map((text) => ({ text })),
    ),
    paint,
  ).join('\n');
