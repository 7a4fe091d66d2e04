import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import type { ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';

/** GitHub's published description of its API: what it takes, and what it answers. https://github.com/octokit/openapi */

interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: { readonly properties?: object } }>>;
}

interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly examples: Readonly<Record<string, { readonly value: unknown }>> };
}

export type Values = Readonly<Record<string, unknown>>;

/** A request as it is sent; values of path and query are text there. */
export interface Sent {
  readonly path: Values;
  readonly query: Values;
  readonly body?: unknown;
}

const ID = 'github';
const JSON_TYPE = 'application/json';
const text = readFileSync(
  join(dirname(require.resolve('@octokit/openapi/package.json')), 'generated/api.github.com.json'),
  'utf8',
);
/** The checker takes `nullable` beside a type alone. */
const nullable = (_: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('nullable' in value) || 'type' in value) return value;
  const { nullable: isNullable, ...rest } = value;
  return isNullable === true ? { anyOf: [rest, { enum: [null] }] } : rest;
};
const document = JSON.parse(text, nullable) as Document;
/** Formats that GitHub names and describes nowhere. */
const GITHUBS_OWN = { 'repo.nwo': true } as const;

const checker = (options: { readonly coerceTypes: boolean }) =>
  addFormats(new Ajv({ strict: false, allErrors: true, verbose: true, formats: GITHUBS_OWN, ...options })).addSchema(
    document,
    ID,
    undefined,
    false,
  );
const bodies = checker({ coerceTypes: false });
const parameters = checker({ coerceTypes: true });

const templates = Object.keys(document.paths).map((template) => ({
  template,
  matches: new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/**
 * @param pathname such as `/repos/acme/web/pulls/7`
 * @returns the route, such as `GET /repos/{owner}/{repo}/pulls/{pull_number}`, and the values in the path; undefined: GitHub has none
 */
export function routeOf(
  method: string,
  pathname: string,
): { readonly route: string; readonly path: Values } | undefined {
  const found = templates.flatMap(({ template, matches }) => {
    const groups = document.paths[template]?.[method.toLowerCase()] && matches.exec(pathname);
    return groups
      ? [
          {
            route: `${method} ${template}`,
            path: Object.fromEntries(
              Object.entries(groups.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
            ),
          },
        ]
      : [];
  });
  // a name in the path goes before a value
  return found.sort((a, b) => Object.keys(a.path).length - Object.keys(b.path).length)[0];
}

/** What GitHub would not take of a request, or would not know; and its values as what they are, numbers as numbers. */
export function checked(
  route: string,
  sent: Sent,
): { readonly path: Values; readonly query: Values; readonly problems: readonly string[] } {
  const all = parametersOf(route);
  const [path, query] = (['path', 'query'] as const).map((place) => ({
    values: { ...sent[place] },
    schema: schemaOf(all.filter((parameter) => parameter.in === place)),
  }));
  const problems = [path!, query!].flatMap(({ values, schema }) =>
    parameters.validate(schema, values) ? [] : told(parameters.errors),
  );
  return { path: path!.values, query: query!.values, problems: [...problems, ...bodyProblems(route, sent.body)] };
}

/** The status that is answered if all is well, and what is wrong with a body that is to be answered with it. */
export function answered(
  route: string,
  body: unknown,
): { readonly status: number; readonly problems: readonly string[] } {
  const status = Object.keys(operationOf(route).responses).find((code) => code.startsWith('2'))!;
  const validate =
    operationOf(route).responses[status]?.content?.[JSON_TYPE] &&
    bodies.getSchema(`${pointerOf(route)}/responses/${status}/content/application~1json/schema`);
  if (validate === undefined || validate(body)) return { status: Number(status), problems: [] };
  // GitHub writes `nullable` beside the words of an enum, and null is none of them
  return {
    status: Number(status),
    problems: told(
      validate.errors?.filter(
        ({ keyword, data, parentSchema }) => !(keyword === 'enum' && data === null && parentSchema?.nullable),
      ),
    ),
  };
}

/** What GitHub publishes as an example of an object, by the name of that example. */
export function example<T extends Values>(name: string): T {
  const { value } = document.components.examples[name] ?? {};
  if (value === undefined) throw new Error(`GitHub publishes no example '${name}'`);
  return structuredClone(value) as T;
}

function operationOf(route: string): Operation {
  const [method = '', template = ''] = route.split(' ');
  const operation = document.paths[template]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`GitHub has no ${route}`);
  return operation;
}

/** Where the operation is in the document, as a URI. */
function pointerOf(route: string): string {
  const [method = '', template = ''] = route.split(' ');
  return `${ID}#/paths/${encodeURIComponent(template.replaceAll('/', '~1'))}/${method.toLowerCase()}`;
}

interface Placed extends Parameter {
  readonly pointer: string;
}

function parametersOf(route: string): readonly Placed[] {
  return (operationOf(route).parameters ?? []).map((parameter, index) => {
    if ('$ref' in parameter) return { ...(at(parameter.$ref) as Parameter), pointer: `${ID}${parameter.$ref}/schema` };
    return { ...parameter, pointer: `${pointerOf(route)}/parameters/${index}/schema` };
  });
}

const at = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Values)[key], document);

const schemaOf = (of: readonly Placed[]): object => ({
  type: 'object',
  additionalProperties: false,
  required: of.filter(({ required }) => required).map(({ name }) => name),
  properties: Object.fromEntries(of.map(({ name, pointer }) => [name, { $ref: pointer }])),
});

function bodyProblems(route: string, body: unknown): readonly string[] {
  const schema = operationOf(route).requestBody?.content?.[JSON_TYPE]?.schema;
  if (schema === undefined) return body === undefined ? [] : ['it has no body'];
  const validate = bodies.getSchema(`${pointerOf(route)}/requestBody/content/application~1json/schema`)!;
  const given = body ?? {};
  const wrong = validate(given) ? [] : told(validate.errors);
  // GitHub passes over what it does not know: a mistake here
  const unknown =
    schema.properties === undefined ? [] : Object.keys(given).filter((key) => !(key in schema.properties!));
  return [...wrong, ...unknown.map((key) => `body has no '${key}'`)];
}

const told = (errors: readonly ErrorObject[] | null | undefined): readonly string[] =>
  (errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
  );
