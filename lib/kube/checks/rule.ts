import { nearest } from '../../words/nearest';
import type { Problem } from '../../words/problem';

/** A problem of an emitted object, and the rule that found it. */
export interface Finding extends Problem {
  readonly rule: string;
}

/** @param path field path inside the object: `spec.steps[0].image` */
export type Report = (
  path: string,
  message: string,
  details?: Partial<Pick<Problem, 'found' | 'expected' | 'suggestion' | 'severity'>>,
) => void;

/**
 * Rules by id. `tekton-<n>` are what Tekton's webhook refuses at admission (pkg/apis/pipeline/v1/*_validation.go),
 * `run-…` what its controller refuses once a run has started, the others are our own.
 *
 * @typeParam Others how a rule finds the other objects of the output; left out by rules that look at one object alone
 */
export type Rules<Subject, Others = unknown> = Readonly<
  Record<string, (subject: Subject, report: Report, others: Others) => void>
>;

/** Calls back for every name that was there before. */
export function repeated<T>(
  items: readonly T[],
  name: (item: T) => string | undefined,
  found: (item: T, index: number) => void,
): void {
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const key = name(item);
    if (key === undefined) return;
    if (seen.has(key)) found(item, index);
    seen.add(key);
  });
}

/** Details of a report on a name that is not among the known ones. */
export function among(
  found: string | undefined,
  known: Iterable<string>,
): { found?: string; expected?: string; suggestion?: string } {
  const names = [...known].sort();
  const suggestion = found === undefined ? undefined : nearest(found, names);
  return {
    ...(found !== undefined && { found }),
    ...(names.length > 0 && { expected: `one of ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}` }),
    ...(suggestion !== undefined && { suggestion }),
  };
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
export const isDnsLabel = (name: string): boolean => name.length <= 63 && DNS_LABEL.test(name);

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
export const isDnsSubdomain = (name: string): boolean => name.length <= 253 && DNS_SUBDOMAIN.test(name);

const DURATION = /^(0|([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+)$/;
/** A Go duration that is not negative: `1h30m`. */
export const isDuration = (text: unknown): boolean => typeof text === 'string' && DURATION.test(text);
