import { z } from 'zod';
import { list } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/** The fields that payloads of all hosts share, and the error of a malformed payload. Only fields that are read are checked. */

/** 64 digits in a SHA-256 repository. */
export const sha = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i)
  .meta({ expected: 'a commit: 40 or 64 hexadecimal digits' });
export const id = z
  .number()
  .int()
  .positive()
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ expected: 'a positive whole number' });
export const time = z.iso.datetime({ offset: true }).meta({ expected: 'a time of RFC 3339' });
/** `owner/name`; Gitea's may be nested no deeper, either. */
const fullName = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}$/)
  .meta({ expected: 'owner/name' });
export const login = z.object({ login: z.string().max(255), id: z.number().int().optional() });

export const repository = z.object({
  id,
  full_name: fullName,
  html_url: z.url().optional(),
  clone_url: z.url().optional(),
  /** `git@host:owner/name.git` is none that a URL parser takes. */
  ssh_url: z.string().max(2_048).optional(),
  default_branch: z.string().optional(),
});
/** Of Gitea, its commit is empty where the branch is gone; nothing is made of it. */
export const branch = z.object({ ref: z.string(), repo: z.object({ id }).nullish() });
/** Of a pull request that is closed: its branch may be gone. */
export const headBranch = z.object({
  ref: z
    .string()
    .nullish()
    .transform((ref) => ref ?? ''),
  sha: sha
    .or(z.literal(''))
    .nullish()
    .transform((word) => word?.toLowerCase() ?? ''),
  repo: z.object({ id }).nullish(),
});
/** What an edit of a pull request replaced. */
export const edits = z.object({
  changes: z
    .object({
      title: z.object({ from: z.string() }).optional(),
      body: z.object({ from: z.string().nullish() }).optional(),
      base: z.object({ ref: z.object({ from: z.string() }) }).optional(),
      /** Gitea names the branch alone. */
      ref: z.object({ from: z.string() }).optional(),
    })
    .optional(),
});
/** @throws PayloadError unless a pull request that is open has a head */
export function checkHead({ headSha, open }: { readonly headSha: string; readonly open: boolean }): void {
  if (open && headSha === '')
    throw new PayloadError([
      { file: 'body', path: 'pull_request.head.sha', message: 'an open pull request has a head', severity: 'error' },
    ]);
}

/** The edit as an event has it. */
export function toEdited(payload: unknown) {
  const { changes } = read(edits, payload);
  const baseRef = changes?.base?.ref.from ?? changes?.ref?.from;
  return {
    ...(changes?.title && { title: changes.title.from }),
    ...(changes?.body && { body: changes.body.from ?? '' }),
    ...(baseRef !== undefined && { baseRef }),
  };
}

/** A payload that is signed, but is not what its event says. */
export class PayloadError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(`${problems.length} problems`);
  }
}

/** Reads a payload by a schema. @throws PayloadError with everything that is wrong */
export function read<S extends z.ZodType>(schema: S, payload: unknown): z.output<S> {
  const result = schema.safeParse(payload, { error: plainWords });
  if (result.success) return result.data;
  throw new PayloadError(result.error.issues.map(toProblem));
}

/** What a schema says of a value where it has no words of its own, in place of those of the library. */
export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return `wrong type: expected ${issue.expected}`;
    case 'invalid_value':
      return `the value is not known: expected ${list(issue.values.map(String))}`;
    case 'invalid_format':
    case 'invalid_union':
      return 'is malformed';
    default:
      return undefined;
  }
}

/** Says what is wrong, without the value: strangers wrote it. */
export function toProblem(issue: z.core.$ZodIssue): Problem {
  const path = issue.path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  if (issue.code === 'unrecognized_keys')
    return {
      file: 'body',
      path,
      message: `unknown key ${issue.keys.map((key) => `'${key}'`).join(', ')}`,
      severity: 'error',
    };
  return { file: 'body', path, message: issue.message, severity: 'error' };
}

/** The host of an address, as repositories are known by: lower case, without port. */
export const hostOf = (address: string | undefined): string =>
  address !== undefined && URL.canParse(address) ? new URL(address).hostname.toLowerCase() : '';

const TEXT_MAX = 255;

/** Text that people wrote, made safe to display: without control characters and half characters, and cut short. */
export const displayText = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, TEXT_MAX)
    .replace(/\p{Cs}/gu, '\ufffd');
