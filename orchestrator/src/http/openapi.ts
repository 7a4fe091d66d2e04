import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { originalBody } from '../../../lib/original/run-body';
import { CSRF_HEADER, SESSION_COOKIE } from './auth';
import { API_AUDIENCE } from '../../../lib/words/names';
import { OPERATIONS } from './operations';
import type { Operation } from './operations';
import { CODES } from './problem';
import { RESPONSES } from './responses';
import { ownBody } from './run-body';
import { rerunQuery } from './create-run';
import { logQuery } from './run-detail';
import { caseQuery, combinationQuery } from './run-tests';
import { query } from './runs';
import { approveQuery, pullQuery } from './pull-requests';
import { statsQuery } from './stats';
import { ofNamespace } from './visible';

/** `GET /openapi.json`: the service described, made of the schemas that it reads and answers with. https://spec.openapis.org/oas/v3.1.1 */

type Json = Readonly<Record<string, unknown>>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => void delete jsonSchema.expected,
  });
  // the document says itself which dialect it is in
  delete made.$schema;
  return made;
};

const SECURITY: Readonly<Record<string, Json>> = {
  token: { type: 'http', scheme: 'bearer', description: `kubectl create token <account> --audience ${API_AUDIENCE}` },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: `__Host-${SESSION_COOKIE}`,
    description: 'of a person who signed in at /auth/login',
  },
  csrf: { type: 'apiKey', in: 'header', name: CSRF_HEADER, description: 'what /api/me tells the session' },
  githubSignature: { type: 'apiKey', in: 'header', name: 'x-hub-signature-256' },
  giteaSignature: { type: 'apiKey', in: 'header', name: 'x-gitea-signature' },
};

/** Each is enough; what is in one of them goes together. */
function securityOf({ security, method }: Operation): readonly Json[] {
  if (security === undefined) return [];
  const session = { session: [], ...(method === 'post' && { csrf: [] }) };
  if (security === 'session') return [session];
  return security === 'caller' ? [{ token: [] }, session] : [{ [security]: [] }];
}

const optionalTexts = (...names: readonly string[]) =>
  z.object(Object.fromEntries(names.map((name) => [name, z.string()]))).partial();
const QUERIES: Readonly<Record<NonNullable<Operation['query']>, z.ZodType>> = {
  runs: query,
  case: caseQuery,
  run: ofNamespace,
  tests: ofNamespace.extend(combinationQuery.shape),
  stats: statsQuery,
  bootstrap: optionalTexts('stack', 'apps', 'team'),
  rerun: rerunQuery,
  pull: pullQuery,
  approve: approveQuery,
  log: logQuery,
  login: optionalTexts('to'),
  callback: optionalTexts('code', 'state', 'iss', 'error', 'error_description'),
};
const BODIES: Readonly<Record<NonNullable<Operation['body']>, { readonly required: boolean; readonly schema: Json }>> =
  {
    run: { required: true, schema: schemaOf(z.union([ownBody, originalBody]), 'input') },
    bootstrap: {
      required: false,
      schema: schemaOf(z.union([ownBody.omit({ mode: true }), originalBody.partial()]), 'input'),
    },
    payload: { required: true, schema: { type: 'object' } },
  };

const parametersIn = (place: 'path' | 'query' | 'header', schemas: readonly (readonly [string, unknown, boolean])[]) =>
  schemas.map(([name, schema, required]) => ({ name, in: place, required, schema }));

function parametersOf({ path, query: asked, headers = [] }: Operation): readonly Json[] {
  const text = { type: 'string' };
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const properties = asked ? schemaOf(QUERIES[asked], 'output').properties : {};
  return [
    ...parametersIn(
      'path',
      names.map((name) => [name, text, true]),
    ),
    ...parametersIn(
      'query',
      Object.entries(properties as Json).map(([name, schema]) => [name, schema, false]),
    ),
    ...parametersIn(
      'header',
      headers.map(({ name, required }) => [name, text, required]),
    ),
  ];
}

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** By status: what is answered, and the problems that may be told in its place. */
function responsesOf({ answers, problems, text, leadsTo, hasPage = false }: Operation): Json {
  const statuses = new Set([...Object.keys(answers).map(Number), ...problems.map((code) => CODES[code][0])]);
  const redirect = { description: `leads to ${leadsTo}`, headers: { location: { schema: { type: 'string' } } } };
  const told = Object.fromEntries(
    [...statuses]
      .sort((a, b) => a - b)
      .map((status) => {
        const answer = answers[status as keyof typeof answers];
        const codes = problems.filter((code) => CODES[code][0] === status);
        const code = { properties: { status: { const: status }, code: { enum: codes } } };
        const content = {
          ...(answer && { [text ?? 'application/json']: { schema: ref(answer) } }),
          ...(codes.length > 0 && { 'application/problem+json': { schema: { allOf: [ref('Problem'), code] } } }),
          ...(codes.length > 0 && hasPage && { 'text/html': { schema: { type: 'string' } } }),
        };
        return [status, { description: codes.map((code) => CODES[code][1]).join('; ') || 'done', content }];
      }),
  );
  return { ...told, ...(leadsTo !== undefined && { 302: redirect }) };
}

function operationOf(operation: Operation): Json {
  const { summary, body } = operation;
  return {
    summary,
    security: securityOf(operation),
    parameters: parametersOf(operation),
    ...(body && {
      requestBody: {
        required: BODIES[body].required,
        content: { 'application/json': { schema: BODIES[body].schema } },
      },
    }),
    responses: responsesOf(operation),
  };
}

/** The description of the whole service. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of OPERATIONS) (paths[operation.path] ??= {})[operation.method] = operationOf(operation);
  return {
    openapi: '3.1.1',
    info: { title: 'tekton-dag orchestrator', version: 'v1' },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(RESPONSES).map(([name, schema]) => [name, schemaOf(schema, 'output')]),
      ),
      securitySchemes: SECURITY,
    },
  };
}

/** Nothing in it is of one installation, so it is shown to everybody. */
export function openApiRoute(app: FastifyInstance): void {
  let document: Json | undefined;
  app.get('/openapi.json', () => (document ??= openApiDocument()));
}
