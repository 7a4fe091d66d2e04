import ts from 'typescript';
import { Codes, type Passage } from './passage';

/** The passages of a TypeScript file: texts that a person may read when the program runs and, of a public module, comments on its exports. */

export function passagesOfCode(file: string, text: string, isPublic: boolean): readonly Passage[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Passage[] = [];
  const add = (node: ts.Node, said: string): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    for (const part of said.split(/\n(?=[\s\d$|/*-])/)) if (isProse(part)) found.push({ file, line, ...english(part) });
  };
  const visit = (node: ts.Node): void => {
    const said = textOf(node);
    if (said !== undefined) add(node, said);
    if (isPublic && isExported(node)) for (const comment of commentsOf(node)) add(node, comment);
    // the parts of a text that is put together are read with it; expressions inside it are visited
    ts.forEachChild(node, (child) => (said === undefined || !ts.isStringLiteralLike(child) ? visit(child) : undefined));
  };
  visit(source);
  return found;
}

/** What stands between quotation marks or backticks, addresses and values are code. */
function english(said: string): Pick<Passage, 'text' | 'codes'> {
  const codes = new Codes();
  const text = said.replace(/`[^`\n]*`|'[^'\n]*'(?!\w)|https?:\S+|\$\{…\}/g, (code) => codes.hide(code));
  return { text: text.replace(/\s+/g, ' ').trim(), codes };
}

/** Four words of letters make a text. A script or a query has other signs. */
const isProse = (text: string): boolean =>
  (text.match(/(?:^|\s)[a-z]{2,}(?=[\s,.;:]|$)/gi) ?? []).length >= 4 &&
  !/[{}\\]|\$\(|&&|\|\||=>|; (?:then|do)\b|^#!|\bselect\b.*\bfrom\b/i.test(text.replace(/`[^`]*`|\$\{…\}/g, ''));

/** Stands for a value that is known when the program runs. */
const VALUE = '${…}';

function textOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node)) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => VALUE + literal.text).join('');
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === undefined && right === undefined ? undefined : (left ?? VALUE) + (right ?? VALUE);
  }
  return undefined;
}

const isExported = (node: ts.Node): boolean =>
  (ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true) ||
  ((ts.isPropertySignature(node) || ts.isMethodDeclaration(node) || ts.isMethodSignature(node)) &&
    isExported(node.parent));

const commentsOf = (node: ts.Node): readonly string[] =>
  ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '');
