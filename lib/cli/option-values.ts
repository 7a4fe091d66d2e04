/* eslint-disable @typescript-eslint/no-require-imports -- zod takes its time to load, which only a value is worth */
import { InvalidArgumentError, Option } from 'commander';
import type Zod from 'zod';
import { isMapping } from '../words/mapping';
import type * as Scalars from '../words/scalars';

/** What options that are no plain text mean. */

/** A number as it is written in digits; whether there is one like it is seen later. */
export function numberOf(text: string): number {
  if (String(Number(text)) === text) return Number(text);
  throw new InvalidArgumentError('It is not a number.');
}

/** A day in UTC, or a time. */
export function instantOf(text: string): string {
  const { iso, union } = require('zod') as typeof Zod;
  if (union([iso.datetime({ offset: true }), iso.date()]).safeParse(text).success) return text;
  throw new InvalidArgumentError('Write a day or a time: 2026-05-10, or 2026-05-10T12:00:00Z.');
}

/** Where images are: host, port and path. */
export function registryOf(text: string): string {
  const { registry } = require('../words/scalars') as typeof Scalars;
  if (registry.safeParse(text).success) return text;
  throw new InvalidArgumentError(`Write ${String(registry.meta()?.expected)}.`);
}

const RUNS_MAX = 500;

/** How many runs a page has. */
export function limitOf(text: string): number {
  const limit = numberOf(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= RUNS_MAX) return limit;
  throw new InvalidArgumentError(`Write a number from 1 to ${RUNS_MAX}.`);
}

const COUNT_MAX = 1000;

/** How many of something: at least one. */
export function countOf(text: string): number {
  const count = numberOf(text);
  if (Number.isInteger(count) && count >= 1 && count <= COUNT_MAX) return count;
  throw new InvalidArgumentError(`Write a number from 1 to ${COUNT_MAX}.`);
}

/** Several such numbers, each once: `1,2,4`. */
export const countsOf = (text: string): readonly number[] => [...new Set(text.split(',').map(countOf))];

export type Pairs = Readonly<Record<string, string>>;

/** `app:value`, once for each. */
export function pairOf(text: string, before: Pairs = {}): Pairs {
  const colon = text.indexOf(':');
  if (colon > 0 && colon < text.length - 1) return { ...before, [text.slice(0, colon)]: text.slice(colon + 1) };
  throw new InvalidArgumentError('Write app:value.');
}

/** The same; also what the original takes: one JSON object of them. */
export function pairsOf(text: string, before: Pairs = {}): Pairs {
  if (!text.startsWith('{')) return pairOf(text, before);
  const pairs = parsed(text);
  if (isMapping(pairs)) return { ...before, ...(pairs as Pairs) };
  throw new InvalidArgumentError('Write app:version, or a JSON object: {"app": "1.2.3"}.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How a command tells what it has found: to a person, or to a program. */
export const textOrJson = (): Option =>
  new Option('--format <format>', 'how to tell it').choices(['text', 'json']).default('text');
