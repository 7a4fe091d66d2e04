import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { CODES } from '../../../orchestrator/src/http/problem';
import type { Code } from '../../../orchestrator/src/http/problem';
import { modulesIn } from '../modules';
import { cell, code, page, table } from './markdown';
import { REMEDIES } from './remedies';

const ROOT = join(__dirname, '../../..');

/** The codes that programs read, and what a person does about each. */
export function errorsPage(): string {
  return page(
    'Errors',
    'An error in a file names the file, the line, the value and the remedy, so it has no code. The errors below have a code that does not change.',
    [
      '',
      '## Answers of the API',
      '',
      'An error of the API is a problem document (RFC 9457). Its `code` is one of these:',
    ],
    table(
      ['Code', 'Status', 'Meaning', 'What to do'],
      Object.entries(CODES).map(([name, [status, title]]) => [
        code(name),
        String(status),
        `${cell(title)}.`,
        REMEDIES[name as Code],
      ]),
    ),
    [
      '',
      '## Errors of Tasks and Pipelines in TypeScript',
      '',
      'Code of your own gets a `SynthError` with one of these codes. Its message has the remedy:',
    ],
    table(
      ['Code', 'Message'],
      synthErrors().map(([name, message]) => [code(name), cell(message)]),
    ),
  );
}

/** Each `new SynthError(code, message)` of the program. A value in a message is shown as `…`. */
function synthErrors(): readonly (readonly [code: string, message: string])[] {
  const found: (readonly [string, string])[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'SynthError') {
      const [name, message] = node.arguments ?? [];
      if (name !== undefined && message !== undefined && ts.isStringLiteral(name))
        found.push([name.text, plain(message)]);
    }
    ts.forEachChild(node, visit);
  };
  for (const { file } of modulesIn('lib'))
    visit(ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true));
  return found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function plain(message: ts.Expression): string {
  if (ts.isStringLiteralLike(message)) return message.text;
  return ts.isTemplateExpression(message)
    ? message.head.text + message.templateSpans.map(({ literal }) => `…${literal.text}`).join('')
    : '';
}
