import { createHash } from 'node:crypto';

/** The digest of bytes, or of a text in UTF-8, as registries write it: `sha256:…`. */
export const digestOf = (content: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Stands for the digest of an image that a release is to give. */
export const DIGEST_TO_COME = `sha256:${'0'.repeat(64)}`;
