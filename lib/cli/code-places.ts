import type TypeScript from 'typescript';
import type { Path, Place, Position } from '../fleet/document';

/**
 * Where a team.ts or a cluster's file says what it gives to its `new Team(…)` or `new Cluster(…)`, as far as the text alone tells: literals, and constants of the same
 * file. What comes from elsewhere has no place, and neither has what it may replace; a problem is then told of what is around.
 * @param read gives the text; it and the compiler are asked for only where there is a problem to tell
 */
export function placesIn(read: () => string): (path: Path) => Place | undefined {
  let module: Module | undefined;
  return (path) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- half a second, which only a problem is worth
    module ??= new Module(require('typescript') as typeof TypeScript, read());
    return module.placeOf(path);
  };
}

/** A value in the text, and its key where it has one. */
interface Found {
  readonly key?: TypeScript.Node;
  readonly value: TypeScript.Expression;
}

/** Only the program could tell. Undefined is what is not there. */
const UNKNOWN = Symbol('unknown');

type Constants = ReadonlyMap<string, TypeScript.Expression>;

class Module {
  private readonly source: TypeScript.SourceFile;
  private readonly constants: Constants;

  constructor(
    private readonly ts: typeof TypeScript,
    text: string,
  ) {
    this.source = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true);
    this.constants = new Map(
      this.source.statements
        .filter(ts.isVariableStatement)
        .filter(({ declarationList: { flags } }) => (flags & ts.NodeFlags.Const) !== 0)
        .flatMap(({ declarationList }) => declarationList.declarations)
        .flatMap(({ name, initializer }) =>
          ts.isIdentifier(name) && initializer ? [[name.text, initializer] as const] : [],
        ),
    );
  }

  /** The place of exactly this path. */
  placeOf(path: Path): Place | undefined {
    const exported = this.source.statements.find(this.ts.isExportAssignment)?.expression;
    const made = exported && this.resolve(exported);
    const props = made && this.ts.isNewExpression(made) ? made.arguments?.[0] : undefined;
    if (props === undefined) return exported && path.length === 0 ? { value: this.position(exported) } : undefined;
    let found: Found = { value: this.resolve(props) };
    for (const step of path) {
      const next = this.member(found.value, step);
      if (next === undefined || next === UNKNOWN) return undefined;
      found = next;
    }
    return { ...(found.key && { key: this.position(found.key) }), value: this.position(found.value) };
  }

  private position(node: TypeScript.Node): Position {
    const { line, character } = this.source.getLineAndCharacterOfPosition(node.getStart(this.source));
    return { line: line + 1, column: character + 1 };
  }

  /** What an expression stands for. Each constant is looked up once, so a cycle of them ends. */
  private resolve(node: TypeScript.Expression, constants: Constants = this.constants): TypeScript.Expression {
    const { ts } = this;
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
      return this.resolve(node.expression, constants);
    const constant = ts.isIdentifier(node) ? constants.get(node.text) : undefined;
    if (constant === undefined) return node;
    return this.resolve(constant, new Map([...constants].filter(([, value]) => value !== constant)));
  }

  private member(node: TypeScript.Expression, step: string | number): Found | typeof UNKNOWN | undefined {
    const value = this.resolve(node);
    if (this.ts.isArrayLiteralExpression(value) && typeof step === 'number') {
      if (value.elements.slice(0, step + 1).some(this.ts.isSpreadElement)) return UNKNOWN;
      const element = value.elements[step];
      return element && { value: element };
    }
    if (!this.ts.isObjectLiteralExpression(value)) return UNKNOWN;
    // what comes later replaces what came before
    for (const property of [...value.properties].reverse()) {
      const found = this.ts.isSpreadAssignment(property)
        ? this.member(property.expression, step)
        : this.property(property, String(step));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private property(
    property: Exclude<TypeScript.ObjectLiteralElementLike, TypeScript.SpreadAssignment>,
    step: string,
  ): Found | typeof UNKNOWN | undefined {
    const name = this.nameOf(property.name);
    if (name !== step) return name === undefined ? UNKNOWN : undefined;
    if (this.ts.isPropertyAssignment(property)) return { key: property.name, value: property.initializer };
    // a getter or a method has no value in the text
    return this.ts.isShorthandPropertyAssignment(property) ? { key: property.name, value: property.name } : UNKNOWN;
  }

  private nameOf(name: TypeScript.PropertyName): string | undefined {
    if (this.ts.isIdentifier(name)) return name.text;
    const literal = this.ts.isComputedPropertyName(name) ? name.expression : name;
    return this.ts.isStringLiteralLike(literal) || this.ts.isNumericLiteral(literal) ? literal.text : undefined;
  }
}
