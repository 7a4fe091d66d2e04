import { z } from 'zod';
import type { Place } from './run-query';

/** Where a page of runs ended, as callers are given it: a word to hand back, of which they need to know nothing. */

/** The end of the year 9999: no time that a database knows is later. */
const LAST = Date.UTC(10_000, 0) - 1;
const read = z.tuple([z.number().int().min(0).max(LAST), z.string().max(255)]);

export const toCursor = ({ created, uid }: Place): string =>
  Buffer.from(JSON.stringify([created, uid])).toString('base64url');

/** @returns undefined for what is none */
export function fromCursor(cursor: string): Place | undefined {
  try {
    const [created, uid] = read.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { created, uid };
  } catch {
    return undefined;
  }
}
