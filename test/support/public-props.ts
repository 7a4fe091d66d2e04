import { relative } from 'node:path';
import ts from 'typescript';

/** The fields of the types that a person writes in TypeScript, as the compiler sees them. */

export interface Prop {
  /** As the pages name it: `tekton.instances[].name`. */
  readonly path: string;
  readonly isOptional: boolean;
  /** The text behind `@default`; undefined: the editor shows none. */
  readonly fallback?: string;
  /** Where it is declared. */
  readonly declaration: ts.Declaration;
  /** The same for a person. */
  readonly where: string;
}

const ROOT = process.cwd();

/** Fields of exported types of lib/index.ts, by the name of the type. */
export function publicProps(names: readonly string[]): ReadonlyMap<string, readonly Prop[]> {
  const file = 'lib/index.ts';
  const { options } = ts.getParsedCommandLineOfConfigFile(
    'tsconfig.json',
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ({ messageText }) => fail(String(messageText)) },
  ) as ts.ParsedCommandLine;
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const exported = checker.getExportsOfModule(module);
  return new Map(
    names.map((name) => {
      const symbol = exported.find((one) => one.name === name) ?? fail(`${file} exports no ${name}`);
      return [name, propsOf(checker, checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(symbol)), '')];
    }),
  );
}

function fail(message: string): never {
  throw new Error(message);
}

function propsOf(checker: ts.TypeChecker, type: ts.Type, path: string): readonly Prop[] {
  const found = formsOf(checker, type).flatMap((form) => form.getProperties());
  const all = found.flatMap((symbol): readonly Prop[] => {
    const declaration = symbol.declarations?.[0];
    // what a library declares, such as the methods of a list, nobody writes
    if (declaration === undefined || !isOurs(declaration)) return [];
    const type = checker.getTypeOfSymbol(symbol);
    const at = `${path === '' ? '' : `${path}.`}${symbol.name}`;
    const below = listIn(checker, type) === undefined ? at : `${at}[]`;
    const [tag] = symbol.getJsDocTags(checker).filter(({ name }) => name === 'default');
    const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
    const fallback = tag && ts.displayPartsToString(tag.text).trim();
    const place = declaration.getSourceFile();
    const { line } = place.getLineAndCharacterOfPosition(declaration.getStart());
    const where = `${relative(ROOT, place.fileName)}:${line + 1}`;
    return [{ path: at, isOptional, fallback, declaration, where }, ...propsOf(checker, type, below)];
  });
  // of several forms each field once
  return [...new Map(all.map((prop) => [prop.path, prop])).values()];
}

/** The mappings that a value may be; of a list, those of its items. Functions and texts have no fields that a person writes. */
function formsOf(checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] {
  if (type.isUnion()) return type.types.flatMap((one) => formsOf(checker, one));
  const items = listIn(checker, type);
  if (items !== undefined) return formsOf(checker, items);
  const isMapping = (type.flags & ts.TypeFlags.Object) !== 0 && type.getCallSignatures().length === 0;
  return isMapping ? [type] : [];
}

/** What the items of a list are; undefined: it is none. */
function listIn(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  const list = [type, ...(type.isUnion() ? type.types : [])].find((one) => checker.isArrayType(one));
  return list && checker.getTypeArguments(list as ts.TypeReference)[0];
}

const isOurs = (declaration: ts.Declaration): boolean =>
  relative(ROOT, declaration.getSourceFile().fileName).startsWith('lib/');
