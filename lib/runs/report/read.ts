import { CoberturaReader, JacocoReader } from './coverage-xml';
import { parseJson, readArtillery, readIstanbul } from './json';
import { JunitReader } from './junit';
import { readLcov } from './lcov';
import type { Locate } from './place';
import type { Tally } from './tally';
import type { XmlReader } from './xml';
import { Unreadable, readXml } from './xml';

/** A file beside `summary.json`. */
export interface ReportFile {
  /** Below the folder of the reports. */
  readonly path: string;
  readonly bytes: number;
  /** Reads it once, in parts. @throws Unreadable if it may not be read any more */
  parts(): Iterable<Uint8Array>;
}

const MiB = 1024 * 1024;
/** Of what is read in parts, and of what has to be in memory whole. */
export const BYTES_MAX = { parts: 64 * MiB, whole: 16 * MiB } as const;

/** Whether a file is one that is read, by its name. */
export const isReport = (path: string): boolean => readerOf(path) !== undefined;

/**
 * Adds what one file says to the tally; of a file that is no report, nothing. What cannot be read becomes a note: nothing that
 * a file holds makes this fail.
 */
export function readReport(file: ReportFile, tally: Tally, locate: Locate): void {
  const read = readerOf(file.path);
  if (read === undefined) return;
  const most = BYTES_MAX[read.takes];
  try {
    if (file.bytes > most) throw new Unreadable(`it is larger than ${most / MiB} MiB, so it was not read`);
    read.read(file, tally, locate);
  } catch (error) {
    if (error === NO_REPORT) return;
    if (!(error instanceof Unreadable)) throw error;
    tally.note(file.path, error.message);
  }
}

interface Format {
  readonly takes: keyof typeof BYTES_MAX;
  read(file: ReportFile, tally: Tally, locate: Locate): void;
}

/** Formats have no names of their own; the endings of files are those by which the tools write them. */
function readerOf(path: string): Format | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (name.endsWith('.xml')) return XML;
  if (name === 'lcov.info' || name.endsWith('.lcov')) return LCOV;
  if (name === 'coverage-summary.json' || name === 'coverage-final.json') return ISTANBUL;
  return name === 'artillery.json' ? ARTILLERY : undefined;
}

const XML: Format = {
  takes: 'parts',
  read: (file, tally, locate) => readXml(textOf(file, tally), new RootReader(tally, locate)),
};
const LCOV: Format = { takes: 'parts', read: (file, tally, locate) => readLcov(textOf(file, tally), tally, locate) };
const ISTANBUL: Format = {
  takes: 'whole',
  read: (file, tally, locate) => readIstanbul(parseJson(Buffer.concat([...file.parts()])), tally, locate),
};
const ARTILLERY: Format = {
  takes: 'whole',
  read: (file, tally) => readArtillery(parseJson(Buffer.concat([...file.parts()])), tally),
};

/** Some other document: there is no need to read on. */
const NO_REPORT = new Error('no report');

/** Which format an XML document has, its first element says. */
class RootReader implements XmlReader {
  private reader: XmlReader | undefined;

  constructor(
    private readonly tally: Tally,
    private readonly locate: Locate,
  ) {}

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.reader ??= this.readerFor(name, attributes);
    this.reader.open(name, attributes);
  }

  private readerFor(name: string, attributes: Readonly<Record<string, string>>): XmlReader {
    if (name === 'testsuites' || name === 'testsuite') return new JunitReader(this.tally, this.locate);
    // Clover begins with the same name, and does not say how much of it is covered there
    if (name === 'coverage' && attributes['line-rate'] !== undefined)
      return new CoberturaReader(this.tally, this.locate);
    if (name === 'report') return new JacocoReader(this.tally, this.locate);
    throw NO_REPORT;
  }

  text(part: string): void {
    this.reader?.text(part);
  }

  close(name: string): void {
    this.reader?.close(name);
  }
}

/** As UTF-8, which all of them write; a byte that is none is told once. */
function* textOf(file: ReportFile, tally: Tally): Iterable<string> {
  const decoder = new TextDecoder();
  let isOdd = false;
  const check = (text: string): string => {
    if (!isOdd && text.includes('\ufffd')) {
      isOdd = true;
      tally.note(file.path, 'it holds bytes that are not UTF-8; they are shown as \ufffd');
    }
    return text;
  };
  for (const part of file.parts()) yield check(decoder.decode(part, { stream: true }));
  yield check(decoder.decode());
}
