import { HttpProblem } from './problem';

const FORMS = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

/** @throws HttpProblem[unsupported_media_type] for what a Git host does not send; before anything is read */
export function formOf(contentType: string | undefined, contentEncoding: string | undefined): keyof typeof FORMS {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  const form = type === FORMS.json ? 'json' : type === FORMS.form ? 'form' : undefined;
  if (form === undefined) throw new HttpProblem('unsupported_media_type', `send ${FORMS.json} or ${FORMS.form}`);
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity')
    throw new HttpProblem('unsupported_media_type', 'compressed bodies are not taken');
  return form;
}

const LARGE = 2 ** 20;
const DEPTH_MAX = 200;

/** Whether brackets are nested more deeply than any payload's: 25 MiB of them keep JSON.parse busy for seconds. */
function isTooDeep(body: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (byte === 0x5c) i++;
    else if (byte === 0x22) inString = !inString;
    else if (!inString && (byte === 0x5b || byte === 0x7b) && ++depth > DEPTH_MAX) return true;
    else if (!inString && (byte === 0x5d || byte === 0x7d)) depth--;
  }
  return false;
}

/** A body of which the signature has been checked, as JSON. @throws HttpProblem[bad_json, bad_request] */
export function parsePayload(body: Buffer, form: keyof typeof FORMS): unknown {
  if (body.length > LARGE && isTooDeep(body)) throw new HttpProblem('bad_json', 'the body is nested too deeply');
  const text = decode(body);
  if (form === 'json') return parseJson(text);
  const fields = new URLSearchParams(text).getAll('payload');
  if (fields.length !== 1)
    throw new HttpProblem('bad_request', `the form has ${fields.length} fields 'payload'; it must have one`);
  return parseJson(fields[0] as string);
}

export function parseJson(text: string): unknown {
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
