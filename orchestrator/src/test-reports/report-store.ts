import type { Readable } from 'node:stream';

/** Where the reports of a team's runs are kept, to be read. Nothing here writes. */
export interface ReportStore {
  /** The files below a folder, at whatever depth, by their path. @throws ReportsUnavailable */
  list(folder: string, signal?: AbortSignal): Promise<Listing>;
  /** Names of the folders in a folder. @throws ReportsUnavailable */
  folders(folder: string, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Opens a file below a folder. Whoever gets it reads it to its end, destroys it, or aborts.
   * @param path one that `isPathInside`
   * @returns undefined: there is no such file
   * @throws ReportsUnavailable
   */
  open(folder: string, path: string, signal?: AbortSignal): Promise<KeptFile | undefined>;
}

export interface Listing {
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** False: there are more. */
  readonly isComplete: boolean;
}

/** A file that is open. */
export interface KeptFile {
  /** In bytes. */
  readonly size: number;
  readonly content: Readable;
}

/** More are not listed. */
export const FILES_MAX = 5_000;

/** The claim or the bucket does not answer as it should. */
export class ReportsUnavailable extends Error {
  override readonly name = 'ReportsUnavailable';
}
