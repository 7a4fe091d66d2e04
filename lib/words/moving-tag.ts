/** Tags that lead to another image tomorrow. */
const MOVING =
  /^(latest|stable|main|master|trunk|head|edge|nightly|dev|develop|snapshot|canary|next|current|release|lts|alpine|slim|debian|ubuntu|rolling|testing)$/i;
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Whether an image is named by what it consists of, so that nobody can put another one in its place. */
export const hasDigest = (image: string): boolean => DIGEST.test(image);

/** What is wrong with the tag of an image; undefined if it always leads to the same image. */
export function movingTag(image: string): string | undefined {
  if (hasDigest(image)) return undefined;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  if (colon === -1) return 'has no tag';
  return MOVING.test(name.slice(colon + 1)) ? 'has a tag that moves' : undefined;
}

/** What an image is to have instead. */
export const EXACT_IMAGE = 'an exact version or a digest';
