import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

/** The modules of the program and what each of them imports, as the TypeScript compiler reads them. */

const ROOT = join(__dirname, '../..');

export interface Import {
  /** The file that is imported, from the root of the repository, or the name of a package. */
  readonly to: string;
  readonly isPackage: boolean;
  /** What is taken from it; empty where the whole module is. */
  readonly names: readonly string[];
}

export interface Module {
  /** From the root of the repository: `lib/kube/emit.ts`. */
  readonly file: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Globals of Node that reach the world outside: `process`, `console`. */
  readonly globals: readonly string[];
}

/** Every module below these folders, by name. */
export const modulesIn = (...folders: readonly string[]): readonly Module[] =>
  folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(folder, name).split(sep).join('/')),
    )
    .sort()
    .map((file) => readModule(file, readFileSync(join(ROOT, file), 'utf8')));

/** The text of a module, read. */
export function readModule(file: string, text: string): Module {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const globals = new Set<string>();
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found !== undefined) imports.push({ ...target(file, found.specifier), names: found.names });
    if (ts.isIdentifier(node) && GLOBALS.has(node.text) && isFree(node)) globals.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { file, lines: text.replace(/\n$/, '').split('\n').length, imports, globals: [...globals].sort() };
}

const GLOBALS: ReadonlySet<string> = new Set(['process', 'console']);

/** Not the `process` of `{ process: 1 }` or `system.process`. */
const isFree = ({ parent, text }: ts.Identifier): boolean =>
  !(ts.isPropertyAccessExpression(parent) && parent.name.text === text) &&
  !(
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent)) &&
    parent.name.getText() === text
  );

/** Any of the ways in which a module names another, with the names that it takes. */
function importOf(node: ts.Node): { specifier: string; names: readonly string[] } | undefined {
  if (ts.isImportDeclaration(node)) return { specifier: textOf(node.moduleSpecifier), names: importedNames(node) };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    const named = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
    return { specifier: textOf(node.moduleSpecifier), names: named.map(originalName) };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return { specifier: textOf(node.argument.literal), names: node.qualifier ? [node.qualifier.getText()] : [] };
  if (ts.isExternalModuleReference(node)) return { specifier: textOf(node.expression), names: [] };
  // what is computed when it runs (a team's file) has no name here
  const [loaded] = ts.isCallExpression(node) && isLoading(node.expression) ? node.arguments : [];
  return loaded && ts.isStringLiteralLike(loaded) ? { specifier: loaded.text, names: [] } : undefined;
}

const textOf = (node: ts.Node): string => (ts.isStringLiteralLike(node) ? node.text : node.getText());

/** `import('x')`, `require('x')` */
const isLoading = (called: ts.Expression): boolean =>
  called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === 'require');

const originalName = ({ propertyName, name }: ts.ImportSpecifier | ts.ExportSpecifier): string =>
  (propertyName ?? name).text;

function importedNames({ importClause }: ts.ImportDeclaration): readonly string[] {
  const bindings = importClause?.namedBindings;
  return [
    ...(importClause?.name ? ['default'] : []),
    ...(bindings && ts.isNamedImports(bindings) ? bindings.elements.map(originalName) : []),
  ];
}

/** The file that a relative specifier leads to, or the package of another. */
function target(file: string, specifier: string): { to: string; isPackage: boolean } {
  if (!specifier.startsWith('.')) return { to: packageOf(specifier), isPackage: true };
  const from = join(ROOT, file);
  const { resolvedModule } = ts.resolveModuleName(specifier, from, {}, ts.sys);
  const to = resolvedModule?.resolvedFileName ?? join(dirname(from), specifier);
  return { to: relative(ROOT, to).split(sep).join('/'), isPackage: false };
}

/** `@octokit/core/x` → `@octokit/core`; `node:fs/promises` → `node:fs` */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** The room of a file: `lib/kube`, `lib/output/tasks`, `orchestrator/src/queue`. Deeper folders belong to their room. */
export const roomOf = (file: string): string => file.split('/').slice(0, -1).slice(0, 3).join('/');

/**
 * The part of the program: `kube` of `lib/kube/emit.ts`, `orchestrator` of all that is in it, `index` of what lies directly
 * in lib/, which is what a team.ts imports.
 */
export function partOf(file: string): string {
  const [top = '', next = ''] = file.split('/');
  if (top !== 'lib') return top;
  return next.endsWith('.ts') ? 'index' : next;
}
