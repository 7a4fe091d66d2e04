import type { Check, Finding } from './finding';

/** What was read from a cluster, or why it was not. */

/** No answer, and why. */
export interface Unread {
  /** The right that the caller lacks, such as `get on secrets in namespace team-a`. */
  readonly needs?: string;
  /** What the API server has said. */
  readonly said: string;
}
export type Read<T> = { readonly value: T } | Unread;

/** Whether there is an answer. */
export const isRead = <T>(read: Read<T>): read is { readonly value: T } => 'value' in read;

/** The answer made into another; why there is none stays. */
export const mapRead = <T, U>(read: Read<T>, make: (value: T) => U): Read<U> =>
  isRead(read) ? { value: make(read.value) } : read;

/**
 * Judges what was read. What the caller may not read is told as not checked and is no fault of the cluster; any other
 * failure is one.
 */
export function judged<T>(
  check: Check,
  subject: string,
  read: Read<T>,
  judge: (value: T) => readonly Finding[],
): readonly Finding[] {
  return isRead(read) ? judge(read.value) : [unread(check, subject, read)];
}

/** The finding that something was not read. */
export const unread = (check: Check, subject: string, { needs, said }: Unread): Finding =>
  needs === undefined
    ? { check, severity: 'error', subject, message: `cannot be read: ${said}` }
    : { check, severity: 'note', subject, message: `not checked: this needs ${needs}`, notChecked: true };

/** Several things that were not checked for the same reason are one finding. */
export function mergeUnchecked(findings: readonly Finding[]): readonly Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const key = finding.notChecked ? finding.message : `${merged.size} ${finding.message}`;
    const other = merged.get(key);
    const subject = other === undefined ? finding.subject : joined(other.subject, finding.subject);
    merged.set(key, { ...finding, subject });
  }
  return [...merged.values()];
}

const joined = (subjects: string, subject: string): string =>
  subjects.split(', ').includes(subject) ? subjects : `${subjects}, ${subject}`;
