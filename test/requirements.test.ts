import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import MarkdownIt from 'markdown-it';
import ts from 'typescript';
import { page } from './support/docs';

/** docs/requirements.md answers each requirement, and the tests that it names are there. */

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number];

interface Row {
  readonly requirement: string;
  readonly answer: string;
  /** Tests of the last column: the title of each, then its file. */
  readonly shown: readonly { readonly file: string; readonly title: string }[];
}

/** The rows of all tables of the page, without their heads. */
function rowsOf(text: string): readonly Row[] {
  const cells: Token[][] = [];
  let inBody = false;
  for (const token of new MarkdownIt().parse(text, {})) {
    if (token.type === 'tbody_open') inBody = true;
    if (token.type === 'tbody_close') inBody = false;
    if (!inBody) continue;
    if (token.type === 'tr_open') cells.push([]);
    if (token.type === 'inline') cells.at(-1)?.push(token);
  }
  return cells.map(([requirement, answer, shown]) => ({
    requirement: requirement?.content ?? '',
    answer: answer?.content ?? '',
    shown: testsIn(shown?.children ?? []),
  }));
}

function testsIn(tokens: readonly Token[]): Row['shown'] {
  const code = tokens.filter(({ type }) => type === 'code_inline').map(({ content }) => content);
  return code.flatMap((title, i) => (i % 2 === 0 ? [{ title, file: code[i + 1] ?? '' }] : []));
}

/** The titles of the tests and the groups in a test file. */
function titlesIn(file: string): ReadonlySet<string> {
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ['it', 'describe'].includes(rootOf(node.expression))) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.add(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest));
  return titles;
}

/** `it` of `it(…)`, of `it.each(…)(…)` and of `it.only(…)`. */
function rootOf(expression: ts.Expression): string {
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression))
    return rootOf(expression.expression);
  return ts.isIdentifier(expression) ? expression.text : '';
}

const rows = rowsOf(page('requirements.md'));

it('answers every requirement', () => {
  expect(rows.length).toBeGreaterThan(30);
  const unanswered = rows.filter(({ answer, shown }) =>
    answer.startsWith('Works') ? shown.length === 0 : !answer.startsWith('Not offered, because '),
  );
  expect(unanswered).toEqual([]);
});

it('says each requirement once', () => {
  const said = rows.map(({ requirement }) => requirement);
  expect(said.filter((one, i) => said.indexOf(one) !== i)).toEqual([]);
});

it('names only tests that there are', () => {
  const missing = rows
    .flatMap(({ shown }) => shown)
    .filter(({ file, title }) => {
      const path = join(__dirname, file);
      return !existsSync(path) || !titlesIn(path).has(title);
    });
  expect(missing).toEqual([]);
});
