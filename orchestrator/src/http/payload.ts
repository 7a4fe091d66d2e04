import { HttpProblem } from './problem';

const FORMS = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

type Header = string | readonly string[] | undefined;

/**
 * How a body is encoded, by its headers.
 * @throws HttpProblem[unsupported_media_type] for what no Git host sends
 */
export function formOf(contentType: Header, contentEncoding: Header): keyof typeof FORMS {
  const type = (typeof contentType === 'string' ? contentType : undefined)?.split(';')[0]?.trim().toLowerCase();
  const form = type === FORMS.json ? 'json' : type === FORMS.form ? 'form' : undefined;
  if (form === undefined) throw new HttpProblem('unsupported_media_type', `send ${FORMS.json} or ${FORMS.form}`);
  if (contentEncoding !== undefined && String(contentEncoding).toLowerCase() !== 'identity')
    throw new HttpProblem('unsupported_media_type', 'compressed bodies are not taken');
  return form;
}

const LARGE = 2 ** 20;
const DEPTH_MAX = 200;

/** More values than that nobody asks with; what is wrong with each is told, and a host alone may send more, signed. */
export const ASKED_MAX = 2_000;

/** Whether brackets are nested deeper, or more values are in it, than in any payload: 25 MiB of them keep JSON.parse busy for seconds. */
function isTooMuch(body: Buffer, valuesMax: number): boolean {
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (byte === 0x5c) i++;
    else if (byte === 0x22) inString = !inString;
    else if (!inString && (byte === 0x5b || byte === 0x7b) && ++depth > DEPTH_MAX) return true;
    else if (!inString && (byte === 0x5d || byte === 0x7d)) depth--;
    else if (!inString && byte === 0x2c && ++values > valuesMax) return true;
  }
  return false;
}

/**
 * Parses a body as JSON.
 * @param valuesMax of a body that nobody has signed
 * @throws HttpProblem[bad_json, bad_request]
 */
export function parsePayload(body: Buffer, form: keyof typeof FORMS, valuesMax = Infinity): unknown {
  if ((body.length > LARGE || valuesMax < Infinity) && isTooMuch(body, valuesMax))
    throw new HttpProblem('bad_json', 'the body is nested too deeply, or holds too many values');
  const text = decode(body);
  if (form === 'json') return parseJson(text);
  const fields = new URLSearchParams(text).getAll('payload');
  if (fields.length !== 1)
    throw new HttpProblem('bad_request', `the form has ${fields.length} fields 'payload'; it must have one`);
  return parseJson(fields[0] as string);
}

/** @throws HttpProblem[bad_json] */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem('bad_json');
  }
}

/** A byte order mark is no JSON. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new HttpProblem('bad_json', 'the body is no UTF-8');
  }
}
