import type { Body } from './body';
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
/** Of what is signed: ten times as many as an event of thousands of commits has. */
const VALUES_MAX = 500_000;
/** Of what nobody has signed: what is wrong with each is told. */
export const ASKED_MAX = 2_000;
/** GitHub's has one. */
const FIELDS_MAX = 100;

/**
 * Parses a body as JSON.
 * @param valuesMax how many values it may hold
 * @throws HttpProblem[bad_json, bad_request]
 */
export function parsePayload(body: Body, form: keyof typeof FORMS, valuesMax = VALUES_MAX): unknown {
  const text = decode(body);
  if (form === 'json') return parseJson(text, valuesMax);
  if (text.split('&', FIELDS_MAX + 1).length > FIELDS_MAX)
    throw new HttpProblem('bad_request', `the form has more than ${FIELDS_MAX} fields; it must have one, 'payload'`);
  const fields = new URLSearchParams(text).getAll('payload');
  if (fields.length !== 1)
    throw new HttpProblem('bad_request', `the form has ${fields.length} fields 'payload'; it must have one`);
  return parseJson(fields[0] as string, valuesMax);
}

/** @throws HttpProblem[bad_json] */
function parseJson(text: string, valuesMax: number): unknown {
  if (text.length > LARGE || valuesMax < VALUES_MAX) checkStructure(text, valuesMax);
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem('bad_json');
  }
}

/**
 * Refuses what no event is like: of 25 MiB, brackets that are nested keep JSON.parse busy for seconds, and empty objects take
 * 700 MB.
 * @throws HttpProblem[bad_json]
 */
function checkStructure(text: string, valuesMax: number): void {
  let [depth, values] = [0, 0];
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '"') inString = !inString;
    else if (inString) continue;
    else if (char === ',') values++;
    else if (char === '[' || char === '{') {
      values++;
      depth++;
    } else if (char === ']' || char === '}') depth--;
    if (depth > DEPTH_MAX) throw new HttpProblem('bad_json', 'the body is nested too deeply');
    if (values > valuesMax) throw new HttpProblem('bad_json', `the body holds more than ${valuesMax} values`);
  }
}

/** A byte order mark is no JSON. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(body: Body): string {
  try {
    return utf8.decode(body.length === 1 ? body[0] : Buffer.concat(body));
  } catch {
    throw new HttpProblem('bad_json', 'the body is not UTF-8');
  }
}
