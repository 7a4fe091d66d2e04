import { hasDigest } from '../words/moving-tag';
import { inMirror } from './tasks/shared/images';
import type { UsedImage } from './used-images';

/** What a mirror needs of the images of an output, and how skopeo is asked for it. */

export interface ImageCopy {
  readonly from: string;
  readonly to: string;
}

/** The tools of the table and the images of releases: what teams have in their place, and what is built, is where they say. */
export const copiesTo = (mirror: string, images: readonly UsedImage[]): readonly ImageCopy[] => {
  const wanted = images.flatMap(({ image, kind, published }) => (kind === 'release' ? image : (published ?? [])));
  return [...new Set(wanted)].sort().map((from) => ({ from, to: inMirror(from, mirror) }));
};

/** All platforms of the image, under the digest that it has. */
export const skopeoCopy = ({ from, to }: ImageCopy): readonly string[] => [
  'copy',
  '--all',
  '--preserve-digests',
  `docker://${toRead(from)}`,
  `docker://${toWrite(to)}`,
];

/** Reads what tells whether a registry has the image. */
export const skopeoInspect = (image: string): readonly string[] => ['inspect', '--raw', `docker://${toRead(image)}`];

/** skopeo takes a tag or a digest, not both. What is read is what the digest says. */
const toRead = (image: string): string => (hasDigest(image) ? `${withoutTag(image)}${digestOf(image)}` : image);
/** What is written gets the tag, else nobody finds it and the registry may remove it. */
const toWrite = (image: string): string => {
  const name = image.slice(0, image.length - digestOf(image).length);
  return name === withoutTag(image) ? image : name;
};

const digestOf = (image: string): string => (hasDigest(image) ? image.slice(image.lastIndexOf('@')) : '');
function withoutTag(image: string): string {
  const name = image.slice(0, image.length - digestOf(image).length);
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return colon === -1 ? name : name.slice(0, colon);
}
