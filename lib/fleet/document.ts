import { isObject } from '../words/mapping';
import type { Problem } from '../words/problem';

/** What a file says and where it says it, so that a problem can name the line. */

/** A file as the caller has read it. `file` is its name for a person: relative to the root, with `/`. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** Keys and indices from the root: `['apps', 2, 'build']`. */
export type Path = readonly (string | number)[];

/** What a problem may add to its message. */
export type Details = Pick<Problem, 'found' | 'expected' | 'suggestion'>;

/** A place in a text, both numbers from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a value stands in its file, and its key where it has one. */
export interface Place {
  readonly key?: Position;
  readonly value: Position;
  /** The text of a scalar without quotes, since `3.10` reads 3.1. */
  readonly written?: string;
}

/** A scalar that is written without quotes: its text, and what YAML reads of it. */
export interface PlainScalar {
  readonly path: Path;
  readonly written: string;
  readonly value: unknown;
}

/** A value and the places of its parts, as far as the text tells them: a team.ts may compute what it says. */
export class Document {
  /** @param placeOf gives the place of exactly this path; it is asked only for problems, since most files have none */
  constructor(
    readonly file: string,
    readonly value: unknown,
    private readonly placeOf: (path: Path) => Place | undefined = () => undefined,
    /** Scalars that are written without quotes, of which YAML may read something else than their text. */
    readonly plainScalars: () => readonly PlainScalar[] = () => [],
  ) {}

  /** A value whose places are those of a document that is read only for problems. */
  static of(file: string, value: unknown, read: () => Document): Document {
    return new Document(
      file,
      value,
      (path) => read().placeOf(path),
      () => read().plainScalars(),
    );
  }

  /** An error at the value of `path`, or where that is missing, at the nearest thing around it. */
  readonly error = (path: Path, message: string, details: Details = {}): Problem =>
    this.problem('error', path, message, details);
  readonly warning = (path: Path, message: string, details: Details = {}): Problem =>
    this.problem('warning', path, message, details);
  /** An error at the key of `path` rather than its value. */
  readonly keyError = (path: Path, message: string, details: Details = {}): Problem =>
    this.problem('error', path, message, details, 'key');

  /** `file:line:column`, to name a second place in a message. */
  at(path: Path): string {
    const { line, column } = this.place(path)?.value ?? {};
    return [this.file, line, column].filter((part) => part !== undefined).join(':');
  }

  /** The text of a scalar without quotes. */
  readonly written = (path: Path): string | undefined => this.placeOf(path)?.written;

  /** Another value with the places of this one. @param written the path here of a path there */
  readonly readAs = (value: unknown, written: (path: Path) => Path): Document =>
    new Document(this.file, value, (path) => this.placeOf(written(path)), this.plainScalars);

  /** The value at `path`; undefined where there is none. */
  get(path: Path): unknown {
    return path.reduce<unknown>(
      (value, key) =>
        isObject(value) && Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined,
      this.value,
    );
  }

  private problem(
    severity: Problem['severity'],
    path: Path,
    message: string,
    details: Details,
    side: 'key' | 'value' = 'value',
  ): Problem {
    const place = this.place(path);
    return {
      file: this.file,
      ...(place?.[side] ?? place?.value),
      ...(path.length > 0 && { path: pathText(path) }),
      message,
      ...details,
      severity,
    };
  }

  private place(path: Path): Place | undefined {
    for (let length = path.length; length >= 0; length--) {
      const place = this.placeOf(path.slice(0, length));
      if (place) return place;
    }
    return undefined;
  }
}

/** `apps[2].build.tool`; a key that reads otherwise is quoted: `apps["a b"]`. */
export function pathText(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}
