import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { openApiDocument } from '../../../orchestrator/src/http/openapi';

/** Every answer of the tests is held to what `/openapi.json` says of it. */

interface Answer {
  readonly content?: Readonly<Record<string, object>>;
}
type Paths = Readonly<
  Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Answer>> }>>>
>;

const ID = 'openapi';
const document = openApiDocument();
const paths = document.paths as Paths;
const ajv = addFormats(new Ajv({ strict: false, allErrors: true })).addSchema(document, ID, undefined, false);
const encoded = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
const templates = Object.keys(paths).map((template) => ({
  template,
  matches: (path: string): boolean => {
    const parts = template.split('/');
    const all = path.split('/');
    // the last one takes whatever is left
    const given = template.endsWith('{path}')
      ? [...all.slice(0, parts.length - 1), all.slice(parts.length - 1).join('/')]
      : all;
    return (
      parts.length === given.length &&
      parts.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
    );
  },
}));

function operationOf(method: string, url: string) {
  const path = url.split('?')[0] ?? '';
  const template = templates.find(({ matches }) => matches(path))?.template;
  return { template, operation: template === undefined ? undefined : paths[template]?.[method.toLowerCase()] };
}

/** Where the schema of an answer is; undefined: the document knows no such answer. */
function pointerOf(method: string, url: string, status: number, type: string): string | undefined {
  const { template, operation } = operationOf(method, url);
  // what there is not is told as the server tells it, whatever was asked
  if (template === undefined || operation === undefined)
    return [400, 404, 405].includes(status) ? '/components/schemas/Problem' : undefined;
  const content = operation.responses[String(status)]?.content ?? {};
  const told = [type, '*/*'].find((one) => content[one] !== undefined);
  if (told === undefined) return undefined;
  return ['', 'paths', template, method.toLowerCase(), 'responses', String(status), 'content', told, 'schema']
    .map(encoded)
    .join('/');
}

/** @throws for an answer that the document does not know, or knows otherwise */
export function checkAnswer(method: string, url: string, { statusCode, headers, body }: LightMyRequestResponse): void {
  if (statusCode === 302) {
    if (operationOf(method, url).operation?.responses['302'] && headers.location !== undefined) return;
    throw new Error(`${method} ${url} leads elsewhere, which /openapi.json does not know`);
  }
  const type = String(headers['content-type']).split(';')[0] ?? '';
  const what = `${method} ${url} was answered ${statusCode} as ${type}`;
  const pointer = pointerOf(method, url, statusCode, type);
  if (pointer === undefined) throw new Error(`${what}, which /openapi.json does not know: ${body}`);
  const validate = ajv.getSchema(`${ID}#${pointer}`);
  if (validate === undefined) throw new Error(`there is no schema at ${pointer}`);
  const isText = type.startsWith('text/') || pointer.includes(encoded('*/*'));
  if (!validate(isText ? body : JSON.parse(body)))
    throw new Error(`${what}, other than /openapi.json says: ${ajv.errorsText(validate.errors)}: ${body}`);
}

/** Asks a server of the tests; the only way to. */
export async function inject(app: FastifyInstance, options: InjectOptions): Promise<LightMyRequestResponse> {
  const response = await app.inject(options);
  checkAnswer(options.method ?? 'GET', String(options.url), response);
  return response;
}
