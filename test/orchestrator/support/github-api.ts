import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import type { GitHubRequest } from '../../../orchestrator/src/events/github-host';

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: { readonly properties?: object } }>> };
}

const file = join(dirname(require.resolve('@octokit/openapi/package.json')), 'generated/api.github.com.deref.json');
const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
const ajv = new Ajv({ strict: false, validateFormats: false, coerceTypes: false });

export interface Called {
  readonly route: string;
  readonly given: Readonly<Record<string, unknown>>;
}

/**
 * GitHub as far as it is told of runs, which takes only what its published description allows.
 * https://github.com/octokit/openapi
 */
export class GitHubApi {
  readonly called: Called[] = [];
  readonly statuses: { readonly sha: string; readonly state: string; readonly context: string; readonly description: string }[] = [];
  readonly comments: { readonly id: number; readonly issue: number; body: string }[] = [];
  /** What it does instead of an answer. */
  away: ((called: Called) => Promise<never> | undefined) | undefined;

  readonly request: GitHubRequest = async (route, { request: _, ...given }) => {
    valid(route, given);
    this.called.push({ route, given });
    await this.away?.({ route, given });
    return { data: this.answer(route, given as Readonly<Record<string, never>>) };
  };

  private answer(route: string, given: Readonly<Record<string, never>>): unknown {
    switch (route) {
      case 'POST /repos/{owner}/{repo}/statuses/{sha}':
        return this.statuses.push(given as never);
      case 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments':
        return this.comments.filter(({ issue }) => issue === given.issue_number).slice((given.page! - 1) * given.per_page!, given.page! * given.per_page!);
      case 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments':
        return this.comments.push({ id: this.comments.length + 1, issue: given.issue_number!, body: given.body! });
      case 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}':
        return (this.comments.find(({ id }) => id === given.comment_id)!.body = given.body!);
      default:
        throw new Error(`${route} is not answered here`);
    }
  }
}

function valid(route: string, given: Readonly<Record<string, unknown>>): void {
  const [method = '', path = ''] = route.split(' ');
  const operation = paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`GitHub has no ${route}`);
  const check = (what: string, schema: object, value: unknown) => {
    if (!ajv.validate(schema, value)) throw new Error(`${route}: ${what}: ${ajv.errorsText()}`);
  };
  const parameters = operation.parameters ?? [];
  for (const { name, required, schema } of parameters) {
    if (name in given) check(name, schema, given[name]);
    else if (required) throw new Error(`${route}: ${name} is missing`);
  }
  const body = Object.fromEntries(Object.entries(given).filter(([key]) => !parameters.some(({ name }) => name === key)));
  const schema = operation.requestBody?.content['application/json']?.schema;
  check('body', { ...schema, additionalProperties: false, properties: schema?.properties ?? {} }, body);
}
