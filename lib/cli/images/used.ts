import { synthFleet } from '../../output/synth';
import type { UsedImage } from '../../output/used-images';
import { usedImages } from '../../output/used-images';
import { settled } from '../fleet-code';
import { loadFleet, rootOf } from '../load';

/** The options of every command about images. */
export interface ImagesOptions {
  readonly root?: string;
}

/** The images of what synth would write; dist/ is not read. */
export async function imagesOf({ root }: ImagesOptions): Promise<readonly UsedImage[]> {
  const { fleet, extensions } = loadFleet({ root: rootOf({ root }) });
  const { parts } = synthFleet(fleet, extensions);
  await settled();
  return usedImages(fleet, parts);
}
