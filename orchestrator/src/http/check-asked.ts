import type { z } from 'zod';
import { plainWords, toProblem } from '../../../lib/runs/events/payload';
import { HttpProblem } from './problem';

/** A query or a body as its schema reads it. @throws HttpProblem[invalid_request] with everything that is wrong with it */
export function checkAsked<S extends z.ZodType>(schema: S, asked: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(asked, { error: plainWords });
  if (!success) throw new HttpProblem('invalid_request', undefined, { problems: error.issues.map(toProblem) });
  return data;
}
