import {
  CORE_SCHEMA,
  EVENT_ID,
  SCALAR_STYLE,
  YAMLException,
  constructFromEvents,
  getScalarValue,
  mergeTag,
  parseEvents,
} from 'js-yaml';
import type { Event, ScalarEvent } from 'js-yaml';
import type { Problem } from '../words/problem';

/** What a file says and where it says it, so that a problem can name the line. */

/** A file as the caller has read it; `file` is how it is named to a person, relative to the root, with `/`. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** Keys and indices from the root: `['apps', 2, 'build']`. */
export type Path = readonly (string | number)[];

/** What a problem adds to its message. */
export type Details = Pick<Problem, 'found' | 'expected' | 'suggestion'>;

export interface Position {
  readonly line: number;
  readonly column: number;
}

interface Place {
  readonly key?: Position;
  readonly value: Position;
  /** A scalar without quotes, as it is written: `3.10` reads 3.1. */
  readonly written?: string;
}

/** A value and the places of its parts; without places (a team.ts) problems name file and path alone. */
export class Document {
  private found?: ReadonlyMap<string, Place>;

  /** @param locate is asked once, when the first problem wants a place: most files have none */
  constructor(
    readonly file: string,
    readonly value: unknown,
    private readonly locate: () => ReadonlyMap<string, Place> = () => new Map(),
  ) {}

  private get places(): ReadonlyMap<string, Place> {
    return (this.found ??= this.locate());
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
  readonly written = (path: Path): string | undefined => this.places.get(placeKey(path))?.written;

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
      const place = this.places.get(placeKey(path.slice(0, length)));
      if (place) return place;
    }
    return undefined;
  }
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
/** Keys and values, as of a YAML mapping. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && !Array.isArray(value);

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

const placeKey = (path: Path): string => JSON.stringify(path);

/** A document, unless it cannot be read at all, and what is wrong with its YAML. */
export interface ReadDocument {
  readonly document?: Document;
  readonly problems: readonly Problem[];
}

/** YAML 1.2 with `<<`, as the original's readers take it. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);
/** More than any stack has need of. */
const MAX_ALIASES = 200;

/** Reads a file that holds one YAML document. Keys whose value is left out (`env:` with nothing below) count as absent. */
export function readDocument({ file, text }: SourceFile): ReadDocument {
  const failed = (message: string, position?: Position): ReadDocument => ({
    problems: [{ file, ...position, message, severity: 'error' }],
  });
  try {
    const events = parseEvents(text, { filename: file });
    const { values, duplicates } = construct(text, events);
    const [value, ...more] = values;
    if (more.length > 0)
      return failed('holds more than one YAML document; keep one to a file', locate(text, events).documents[1]);
    if (value === null || value === undefined) return failed('the file is empty');
    dropNulls(value, new Set());
    return {
      document: new Document(file, value, () => locate(text, events).places),
      problems: duplicates.map(({ path, first, again }) => ({
        file,
        ...again,
        path: pathText(path),
        message: `the key is given twice; the other is in line ${first.line}`,
        severity: 'error',
      })),
    };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark } = error;
    return failed(
      `not YAML: ${error.reason}${HINTS[error.reason] ?? ''}`,
      mark && { line: mark.line + 1, column: mark.column + 1 },
    );
  }
}

/** What a person has usually done where the parser's words speak of its own trouble. */
const HINTS: Readonly<Record<string, string>> = {
  'deficient indentation': '; a bracket, brace or quote above is not closed',
  'bad indentation of a mapping entry': '; a text that holds ": " or starts with a special character needs quotes',
};

/** Strictly, the parser stops at the first key that is given twice: then all of them are looked for. */
function construct(text: string, events: Event[]): { values: unknown[]; duplicates: Located['duplicates'] } {
  const options = { source: text, schema: SCHEMA, maxAliases: MAX_ALIASES };
  try {
    return { values: constructFromEvents(events, options), duplicates: [] };
  } catch {
    // what is wrong in another way is thrown again here
    return {
      values: constructFromEvents(events, { ...options, json: true }),
      duplicates: locate(text, events).duplicates,
    };
  }
}

/**
 * Takes out the keys that have no value; a list keeps its empty items, which are mistakes.
 * @param seen what aliases lead to again: without it, few aliases in each other would make a walk without end
 */
function dropNulls(value: unknown, seen: Set<unknown>): void {
  if (!isObject(value) || seen.has(value)) return;
  seen.add(value);
  for (const [key, child] of Object.entries(value)) {
    if (child === null && !Array.isArray(value)) delete (value as Record<string, unknown>)[key];
    else dropNulls(child, seen);
  }
}

interface Located {
  readonly places: ReadonlyMap<string, Place>;
  readonly duplicates: readonly { readonly path: Path; readonly first: Position; readonly again: Position }[];
  /** Where each document starts. */
  readonly documents: readonly Position[];
}

/** Walks the events of text that is known to be good. Below an alias there are no places: those of the alias stand in. */
function locate(text: string, events: readonly Event[]): Located {
  const position = positions(text);
  const places = new Map<string, Place>();
  const duplicates: { path: Path; first: Position; again: Position }[] = [];
  const documents: Position[] = [];
  let at = 0;

  const node = (path: Path, key?: Position): void => {
    const event = events[at++];
    if (event === undefined || event.type === EVENT_ID.POP) return;
    if (event.type === EVENT_ID.DOCUMENT) return;
    const offset = startOf(event);
    const value = offset === undefined ? key : position(offset);
    if (value)
      places.set(placeKey(path), {
        key,
        value,
        ...(event.type === EVENT_ID.SCALAR && !isQuoted(event) && { written: getScalarValue(text, event) }),
      });
    if (event.type === EVENT_ID.SEQUENCE) for (let index = 0; !closes(); index++) node([...path, index]);
    if (event.type === EVENT_ID.MAPPING) mapping(path);
  };

  const mapping = (path: Path): void => {
    const seen = new Map<string, Position>();
    while (!closes()) {
      const event = events[at++];
      // a key that is an alias, or a mapping that construction refused before we came here
      const name = event?.type === EVENT_ID.SCALAR && event.valueStart >= 0 ? getScalarValue(text, event) : '';
      const key = position((event && startOf(event)) ?? 0);
      const first = seen.get(name);
      if (first) duplicates.push({ path: [...path, name], first, again: key });
      else seen.set(name, key);
      node([...path, name], key);
    }
  };

  const closes = (): boolean => {
    const done = at >= events.length || events[at]?.type === EVENT_ID.POP;
    if (done) at++;
    return done;
  };

  while (at < events.length) {
    const content = events[at + 1];
    documents.push(position((content && startOf(content)) ?? text.length));
    at++;
    node(documents.length === 1 ? [] : ['', documents.length]);
    at++;
  }
  return { places, duplicates, documents };
}

/** Offset of what a person would point at; undefined for a scalar that is left out. */
function startOf(event: Event): number | undefined {
  switch (event.type) {
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart - '*'.length;
    case EVENT_ID.SCALAR:
      return event.valueStart < 0 ? undefined : event.valueStart - (isQuoted(event) ? 1 : 0);
    default:
      return undefined;
  }
}

const isQuoted = ({ style }: ScalarEvent): boolean =>
  style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;

/** From an offset to line and column, both from 1. */
function positions(text: string): (offset: number) => Position {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
