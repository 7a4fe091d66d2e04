import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SourceFile } from '../fleet/resolve-fleet';
import { digestOf } from '../words/digest';

/**
 * The release manifests of this machine, which `fetch` has brought here and synth reads. A file is called after its digest, so all
 * repositories share them, and what is wrong is as if it were not there.
 */

/** A release that is published at an address. */
export interface Published {
  readonly address: string;
  /** Of what it leads to: `sha256:…`. */
  readonly digest: string;
}

/** The folder: TEKTON_DAG_CACHE, else where programs keep what they can get again. https://specifications.freedesktop.org/basedir-spec/latest/ */
const folder = (): string =>
  process.env.TEKTON_DAG_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tekton-dag');

/** Where a release is kept. */
export const cachePath = ({ digest }: Published): string => join(folder(), `${digest.replace(':', '-')}.yaml`);

/** A release as it is on this machine; none where it is not, or where its bytes are others. */
export function cachedRelease(published: Published): readonly SourceFile[] {
  const path = cachePath(published);
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  return digestOf(bytes) === published.digest ? [{ file: published.address, text: bytes.toString('utf8') }] : [];
}

/** Keeps a release. Who reads meanwhile reads all of it or nothing. */
export function keepRelease(published: Published, bytes: Uint8Array): void {
  const path = cachePath(published);
  mkdirSync(folder(), { recursive: true });
  const part = `${path}.${process.pid}`;
  writeFileSync(part, bytes);
  renameSync(part, path);
}
