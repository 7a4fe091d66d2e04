import { EVENT_ID, constructFromEvents, getScalarValue, parseEvents } from 'js-yaml';
import type { Event } from 'js-yaml';
import type { Manifest } from '../kube/manifest';

/** The fields by which an object is recognised; the rest is its body. */
const HEAD = ['apiVersion', 'kind', 'metadata'];
const isHead = ({ name }: Field): boolean => HEAD.includes(name);

/** A top-level field: its name, where its text starts, and which events are its key and value. */
interface Field {
  readonly name: string;
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/**
 * An object as a file holds it. The parser has told where each of its fields is, and a value is made of a field only when
 * somebody asks for it: of what two outputs hold, most is the same, and the same text means the same.
 */
export class ManifestText {
  /** From its first field up to the next document. */
  readonly text: string;
  /** The text of its body. */
  readonly bodyText: string;

  /**
   * @param mapping the event that the object starts with
   * @param end where the text of the next document starts
   */
  constructor(
    private readonly source: string,
    private readonly events: readonly Event[],
    private readonly mapping: Event,
    private readonly fields: readonly Field[],
    end: number,
  ) {
    this.text = source.slice(fields[0]?.start, end);
    this.bodyText = fields
      .map((field, index) => (isHead(field) ? '' : source.slice(field.start, fields[index + 1]?.start ?? end)))
      .join('');
  }

  get isObject(): boolean {
    return this.fields.filter(isHead).length === HEAD.length;
  }

  /** `apiVersion`, `kind` and `metadata`. */
  readHead(): Manifest {
    return this.read(this.fields.filter(isHead)) as Manifest;
  }

  /** All other fields. */
  readBody(): object {
    return this.read(this.fields.filter((field) => !isHead(field))) as object;
  }

  /** The mapping with some of its fields. */
  private read(fields: readonly Field[]): unknown {
    const events = [START, this.mapping, ...fields.flatMap(({ from, to }) => this.events.slice(from, to)), POP, POP];
    return constructFromEvents(events, { source: this.source })[0];
  }
}

const START: Event = { type: EVENT_ID.DOCUMENT, explicitStart: false, explicitEnd: false, directives: [] };
const POP: Event = { type: EVENT_ID.POP };

/** The objects of a file of YAML; a document that is none is left out. */
export function manifestsIn(text: string): readonly ManifestText[] {
  const events = parseEvents(text, {});
  const documents: ManifestText[] = [];
  let end = text.length;
  // from the last to the first, since a document ends where the next one starts
  for (const at of contentsOf(events).reverse()) {
    const mapping = events[at]!;
    if (mapping.type !== EVENT_ID.MAPPING) continue;
    documents.push(new ManifestText(text, events, mapping, fieldsOf(text, events, at), end));
    end = mapping.start;
  }
  return documents.reverse().filter(({ isObject }) => isObject);
}

/** For each document the place of the event that its content starts with. */
function contentsOf(events: readonly Event[]): number[] {
  const contents: number[] = [];
  for (let at = 0; at < events.length; at = after(events, at + 1) + 1) contents.push(at + 1);
  return contents;
}

/** The fields of the mapping that starts with the event at a place. */
function fieldsOf(text: string, events: readonly Event[], at: number): readonly Field[] {
  const fields: Field[] = [];
  for (let from = at + 1; events[from]?.type !== EVENT_ID.POP;) {
    const key = events[from]!;
    const to = after(events, after(events, from));
    // a key that is no scalar is none of Kubernetes
    if (key.type === EVENT_ID.SCALAR) fields.push({ name: getScalarValue(text, key), start: key.valueStart, from, to });
    from = to;
  }
  return fields;
}

/** The place behind a node whose first event is at a place. */
function after(events: readonly Event[], at: number): number {
  let next = at;
  for (let depth = 0; next === at || depth > 0; next++) {
    const type = events[next]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
    else if (type === EVENT_ID.POP) depth--;
  }
  return next;
}
