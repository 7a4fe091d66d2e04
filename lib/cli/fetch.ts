import { loadCluster } from '../fleet/formats';
import type { ReleasePlace } from '../fleet/release-place';
import { listedReleases } from '../fleet/listed-files';
import { digestOf } from '../words/digest';
import { InputError, isError } from '../words/problem';
import type { Problem } from '../words/problem';
import { clusterSources, rootOf } from './load';
import type { Published } from './release-cache';
import { cachePath, cachedRelease, keepRelease } from './release-cache';
import { networkReason } from './network-reason';
import { EXIT, during, printDone, tellProblems } from './terminal';
import type { ExitCode } from './terminal';

/** Releases are a few MiB at most. What is larger is something else. */
const MAX_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 120_000;

/** `fetch`: brings the release manifests that cluster files name by address to this machine, so that synth needs no network. */
export async function fetchReleases(options: { readonly root?: string }): Promise<ExitCode> {
  const { sources, problems: unread } = clusterSources(rootOf(options));
  const wrong = [...unread, ...sources.flatMap((source) => loadCluster(source).problems)].filter(isError);
  if (wrong.length > 0) throw new InputError(wrong);
  const published = listedReleases(sources).filter(isPublished);
  if (published.length === 0) printDone('no cluster names a release by an address');
  const problems = (await Promise.all(published.map(bring))).flat();
  tellProblems(problems);
  return problems.length > 0 ? EXIT.failed : EXIT.done;
}

const isPublished = (place: ReleasePlace): place is Published => 'address' in place;

async function bring(published: Published): Promise<readonly Problem[]> {
  const { address, digest } = published;
  if (cachedRelease(published).length > 0) {
    printDone(`${address}: is here already`);
    return [];
  }
  try {
    const bytes = await during(`fetch ${address}`, download(published));
    const found = digestOf(bytes);
    if (found !== digest) throw refusal(address, 'is another than the cluster file says', { found, expected: digest });
    keepRelease(published, bytes);
    printDone(`${address}: ${bytes.length} bytes`);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems;
  }
}

const refusal = (file: string, message: string, details: Partial<Problem> = {}): InputError =>
  new InputError([{ file, message, severity: 'error', ...details }]);

/** @throws InputError where nothing comes, not all of it, or too much */
async function download(published: Published): Promise<Uint8Array> {
  const { address } = published;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw refusal(address, `answered ${response.status} ${response.statusText}`);
    return await bodyOf(address, response);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const remedy = `what was fetched on another machine belongs into ${cachePath(published)}`;
    throw refusal(address, `${reasonOf(error as Error)}; ${remedy}`);
  }
}

async function bodyOf(address: string, { body }: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  if (body === null) return new Uint8Array();
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MAX_BYTES) throw refusal(address, `is larger than ${MAX_BYTES} bytes, which no release is`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function reasonOf(error: Error): string {
  if (error.name === 'TimeoutError') return `has not come within ${TIMEOUT_MS / 1000} s`;
  return `cannot be fetched: ${networkReason(error)}`;
}
