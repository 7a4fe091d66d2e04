import { z } from 'zod';
import { amount, cpu, memory } from '../words/scalars';

/** CPU and memory that a pod or a step requests, and those that it may take at most. */

const SHAPES = { cpu, memory };
const quantities = z.strictObject({ cpu: cpu.optional(), memory: memory.optional() });
/** CPU and memory in the notation of Kubernetes. */
export type Quantities = Readonly<z.output<typeof quantities>>;

/** Both as they are used: defaults are filled in. */
export interface Resources {
  readonly requests: Quantities;
  readonly limits: Quantities;
}
/** Both as a file says them. */
export type GivenResources = Readonly<Partial<Resources>>;

/** Kubernetes refuses a pod that requests more than its limit. */
function requestsWithinLimits({ requests, limits }: GivenResources, context: z.RefinementCtx): void {
  for (const kind of ['cpu', 'memory'] as const) {
    const [request, limit] = [requests?.[kind], limits?.[kind]];
    if (request === undefined || limit === undefined || amount(request) <= amount(limit)) continue;
    // what is wrong with an amount is told by itself
    if ([request, limit].some((value) => !SHAPES[kind].safeParse(value).success)) continue;
    context.addIssue({
      code: 'custom',
      path: ['requests', kind],
      message: 'the request is above the limit',
      params: { expected: `at most ${limit}` },
    });
  }
}

export const resourcesSchema = z
  .strictObject({ requests: quantities.optional(), limits: quantities.optional() })
  .superRefine(requestsWithinLimits);

/** What a file says, over what is usual. A default gives way to what is said: no request is above its limit. */
export function filledResources({ requests, limits }: GivenResources, usual: Resources): Resources {
  const both = (kind: keyof Quantities) => {
    const limit = limits?.[kind] ?? larger(requests?.[kind], usual.limits[kind]);
    return { limit, request: requests?.[kind] ?? smaller(limit, usual.requests[kind]) };
  };
  const [cpus, memories] = [both('cpu'), both('memory')];
  return {
    requests: { cpu: cpus.request, memory: memories.request },
    limits: { ...(cpus.limit !== undefined && { cpu: cpus.limit }), memory: memories.limit },
  };
}

/** What is not limited stays so. */
const larger = (given: string | undefined, fallback: string | undefined): string | undefined =>
  given !== undefined && fallback !== undefined && amount(given) > amount(fallback) ? given : fallback;
const smaller = (given: string | undefined, fallback: string | undefined): string | undefined =>
  given !== undefined && fallback !== undefined && amount(given) < amount(fallback) ? given : fallback;
