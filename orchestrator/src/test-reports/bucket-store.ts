import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { AwsClient } from 'aws4fetch';
import { isPathInside } from '../../../lib/runs/report/path-inside';
import { readSecret } from '../secret-files';
import type { BucketPage } from './bucket-page';
import { readPage } from './bucket-page';
import type { ReportStore } from './report-store';
import { FILES_MAX, ReportsUnavailable } from './report-store';

/** Reports in a bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */

export interface BucketPlace {
  /** Of the bucket and the prefix in it, without a last `/`: `https://minio.example.com/ci-reports/payments`. */
  readonly url: string;
  readonly region: string;
  /** Folder with `access-key` and `secret-key`, which may change. */
  readonly credentialsDir: string;
}

/** Until the head of an answer is there; its body ends with whoever reads it. */
const ANSWERS_WITHIN_MS = 15_000;
const PAGE_BYTES = 8 * 2 ** 20;

export function bucketStore(place: BucketPlace): ReportStore {
  const { pathname } = new URL(place.url);
  const [bucket = '', ...parts] = pathname.split('/').filter((part) => part !== '');
  const prefixOf = (folder: string): string => [...parts, folder, ''].join('/');
  const pages = (folder: string, more: Readonly<Record<string, string>>, signal?: AbortSignal) =>
    pagesOf(place, bucket, { ...more, prefix: prefixOf(folder) }, signal);
  return {
    async list(folder, signal) {
      const prefix = prefixOf(folder);
      const files: { path: string; size: number }[] = [];
      for await (const { keys } of pages(folder, {}, signal))
        for (const { key, size } of keys) {
          const path = key.slice(prefix.length);
          if (!key.startsWith(prefix) || !isPathInside(path)) continue;
          if (files.length === FILES_MAX) return { files, isComplete: false };
          files.push({ path, size });
        }
      return { files, isComplete: true };
    },
    async folders(folder, signal) {
      const prefix = prefixOf(folder);
      const names: string[] = [];
      for await (const { prefixes } of pages(folder, { delimiter: '/' }, signal))
        names.push(...prefixes.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length, -1)));
      return names;
    },
    async open(folder, path, signal) {
      const key = [folder, ...path.split('/')].join('/');
      const response = await ask(place, `${place.url}/${key.split('/').map(encodeURIComponent).join('/')}`, signal);
      if (response === undefined) return undefined;
      const length = response.headers.get('content-length');
      // a store that tells no length would be believed whatever it sends
      if (length === null || response.body === null) throw unavailable('it tells no length');
      return { size: Number(length), content: Readable.fromWeb(response.body as ReadableStream) };
    },
  };
}

const unavailable = (why: string): ReportsUnavailable => new ReportsUnavailable(`the bucket of reports: ${why}`);

/** A store that says again and again that there is more is not asked for ever. */
const PAGES_MAX = 50;

async function* pagesOf(
  place: BucketPlace,
  bucket: string,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): AsyncIterable<BucketPage> {
  let next: string | undefined;
  for (let count = 0; count < PAGES_MAX; count++) {
    const url = new URL(`/${bucket}`, place.url);
    const asked = { 'list-type': '2', 'encoding-type': 'url', 'max-keys': '1000', ...query };
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    if (next !== undefined) url.searchParams.set('continuation-token', next);
    const response = await ask(place, url.href, signal);
    if (response === undefined) throw unavailable('there is no such bucket');
    const page = readPage(await textOf(response));
    if (page === undefined) throw unavailable('its list cannot be read');
    yield page;
    next = page.next;
    if (next === undefined) return;
  }
}

/** @returns undefined: there is no such thing. @throws ReportsUnavailable */
async function ask(place: BucketPlace, url: string, signal?: AbortSignal): Promise<Response | undefined> {
  const client = await clientOf(place);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ANSWERS_WITHIN_MS);
  try {
    const signals = [late.signal, ...(signal ? [signal] : [])];
    const request = await client.sign(url);
    // of what is packed the length is not known
    request.headers.set('accept-encoding', 'identity');
    // it is the bucket of this region, so a redirect would lead elsewhere
    const response = await fetch(request, { redirect: 'manual', signal: AbortSignal.any(signals) });
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    throw unavailable(refusal(response.status));
  } catch (error) {
    if (error instanceof ReportsUnavailable) throw error;
    const { message, cause } = error as Error;
    throw unavailable(late.signal.aborted ? 'it does not answer' : cause instanceof Error ? cause.message : message);
  } finally {
    clearTimeout(timer);
  }
}

const refusal = (status: number): string =>
  status === 403
    ? 'it refuses the credentials: they need s3:GetObject, and s3:ListBucket for the prefix'
    : `it answers with status ${status}`;

/** Made for each question: the Secret may be another one by now. */
async function clientOf({ region, credentialsDir }: BucketPlace): Promise<AwsClient> {
  const read = async (key: string): Promise<string> =>
    readSecret(join(credentialsDir, key)).then(
      (value) => value.toString(),
      () => {
        throw unavailable(`the Secret with its credentials has no ${key}`);
      },
    );
  const [accessKeyId, secretAccessKey] = [await read('access-key'), await read('secret-key')];
  return new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
}

async function textOf(response: Response): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response.body as ReadableStream<Uint8Array>) {
      bytes += part.length;
      if (bytes > PAGE_BYTES) throw unavailable('its list is too long');
      parts.push(Buffer.from(part));
    }
  } catch (error) {
    throw error instanceof ReportsUnavailable ? error : unavailable((error as Error).message);
  }
  return Buffer.concat(parts).toString();
}
