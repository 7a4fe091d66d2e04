import sax from 'sax';

/** XML as a stream, within bounds: foreign code has written it. */

/** A file, or the rest of it, says nothing that can be read, for this reason. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

type Attributes = Readonly<Record<string, string>>;

/** What is told of a document, in its order. */
export interface XmlReader {
  open(name: string, attributes: Attributes): void;
  /** A part of the text; there may be several in a row. */
  text(part: string): void;
  close(name: string): void;
}

const DEPTH_MAX = 100;
const ATTRIBUTES_MAX = 200;
/** Characters of a name or of the value of an attribute; text has no such bound, since it comes in parts. */
const TOKEN_MAX = 1024 * 1024;

/**
 * Reads a document that comes in parts. Entities are those of XML itself alone: nothing that a document declares is taken,
 * and nothing outside it is ever read.
 * @throws Unreadable at what is no XML, or beyond the bounds; what came before has been told by then
 * https://github.com/isaacs/sax-js
 */
export function readXml(parts: Iterable<string>, reader: XmlReader): void {
  // a setting of the module, which its types do not know
  Object.assign(sax, { MAX_BUFFER_LENGTH: TOKEN_MAX });
  const parser = sax.parser(true, { position: true });
  const refuse = (why: string): never => {
    throw new Unreadable(`${why}, in line ${parser.line + 1}`);
  };
  let depth = 0;
  let attributes = 0;
  parser.onerror = (error) => refuse(`it is not XML: ${error.message.split('\n', 1)[0]}`);
  parser.ondoctype = (text) => {
    if (text.includes('[')) refuse('it declares entities or elements of its own, which is refused');
  };
  parser.onopentagstart = () => (attributes = 0);
  parser.onattribute = () => {
    if (++attributes > ATTRIBUTES_MAX) refuse(`an element has more than ${ATTRIBUTES_MAX} attributes`);
  };
  parser.onopentag = ({ name, attributes: given }) => {
    if (++depth > DEPTH_MAX) refuse(`its elements are nested more than ${DEPTH_MAX} deep`);
    reader.open(name, given as Attributes);
  };
  parser.ontext = (part) => reader.text(part);
  parser.oncdata = (part) => reader.text(part);
  parser.onclosetag = (name) => {
    depth--;
    reader.close(name);
  };
  for (const part of parts) parser.write(part);
  parser.close();
}

/** The number that a text is; undefined if it is none from 0 on. Some write thousands apart: `1,234.5`. */
export function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text.length > 30 || text.trim() === '') return undefined;
  const value = Number(text.replaceAll(',', ''));
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The same of a whole number. */
export function countOf(text: string | undefined): number | undefined {
  const value = numberOf(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
