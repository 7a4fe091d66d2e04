import type { z } from 'zod';

/** @returns what a text holds as JSON; undefined if it is no JSON, or something else than the schema says */
export function readJson<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
