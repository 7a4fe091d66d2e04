import { openApiDocument } from '../../../orchestrator/src/http/openapi';
import { OPERATIONS } from '../../../orchestrator/src/http/operations';
import type { Operation } from '../../../orchestrator/src/http/operations';
import { cell, code, page, sentence, table } from './markdown';
import { kindOf } from './schema';
import type { Schema } from './schema';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Schema;
}
interface Described {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const SHOWN: Readonly<Record<NonNullable<Operation['security']> | 'nothing', string>> = {
  caller: 'a token, or the session of a browser',
  session: 'the session of a browser',
  githubSignature: 'the signature of GitHub',
  giteaSignature: 'the signature of Gitea or Forgejo',
  nothing: 'nothing',
};

/** The HTTP API, as `/openapi.json` describes it. */
export function apiPage(): string {
  const paths = openApiDocument().paths as Readonly<Record<string, Readonly<Record<string, Described>>>>;
  return page(
    'HTTP API',
    'Every call of the orchestrator, as `GET /openapi.json` describes it to programs. [The API](../orchestrator.md#the-api) says what each is for, and [errors](errors.md) explains the codes.',
    ...OPERATIONS.map((operation) => part(operation, paths[operation.path]![operation.method]!)),
  );
}

const part = (operation: Operation, { parameters, requestBody }: Described): readonly string[] => [
  '',
  `## ${operation.method.toUpperCase()} ${operation.path.replace(/[{}]/g, '\\$&')}`,
  '',
  `${sentence(cell(operation.summary))} The caller shows ${SHOWN[operation.security ?? 'nothing']}.`,
  ...table(
    ['Parameter', 'In', 'Type', 'Meaning'],
    parameters.map(({ name, in: place, required, schema }) => [
      code(name),
      required ? `${place}, required` : place,
      cell(kindOf(schema)),
      cell(schema.description ?? ''),
    ]),
  ),
  ...table(
    ['Key of the body', 'Type'],
    bodies(requestBody).flatMap(({ properties = {} }) =>
      Object.entries(properties).map(([name, schema]) => [code(name), cell(kindOf(schema))]),
    ),
  ),
  '',
  `Errors: ${operation.problems.map(code).join(', ')}.`,
];

const bodies = (body: Described['requestBody']): readonly Schema[] => {
  const schema = body?.content['application/json']?.schema;
  return schema === undefined ? [] : (schema.anyOf?.slice(0, 1) ?? [schema]);
};
