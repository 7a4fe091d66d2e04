import { z } from 'zod';
import type { UnknownKey } from './as-meant';
import { asMeant } from './as-meant';
import type { Document, Path, PlainScalar } from './document';
import { isMapping, isObject } from '../words/mapping';
import { list, show } from '../words/phrase';
import { nearest } from '../words/nearest';
import type { Problem } from '../words/problem';

/**
 * A document against a schema: every problem of it at once, each at its line, with what is there, what may be there and
 * the known word that was probably meant. What may be there is asked of the schema's own JSON Schema, so that it is said
 * once; `.meta({ expected: '…' })` says it better where a pattern would not.
 * @returns also the document with its misspelt keys as they were meant
 */
export function checkSchema<S extends z.ZodType>(
  schema: S,
  document: Document,
): { readonly value?: z.output<S>; readonly meant: Document; readonly problems: readonly Problem[] } {
  const result = schema.safeParse(document.value);
  const lost = lostKeys(document);
  if (result.success && lost.length === 0 && !document.plainScalars().some(readsOtherwise))
    return { value: result.data, meant: document, problems: [] };
  const root = jsonSchemaOf(schema);
  const misread = misreadings(schema, document, root);
  const unknown = result.error?.issues.flatMap((issue) => unknownKeys(issue, root)) ?? [];
  // the wrong name of a key is told once: for the rest it is the key that was meant
  const meant = unknown.length > 0 ? asMeant(document, unknown) : document;
  const { data, error } = unknown.length > 0 ? schema.safeParse(meant.value) : result;
  // that a text is lost explains what the schema says of the place
  const paths = new Set(misread.map(({ path }) => path));
  const issues = error?.issues.flatMap((issue) => toProblems(issue, meant, root)) ?? [];
  const told = [...unknownKeyProblems(document, unknown, root), ...issues];
  const others = [...told, ...lost.filter(({ path }) => !told.some((one) => one.path === path))];
  return { value: data, meant, problems: [...misread, ...others.filter(({ path }) => !paths.has(path))] };
}

/** Keys that zod leaves out of a mapping by names, in silence, lest they become its prototype. */
const lostKeys = (document: Document): readonly Problem[] =>
  keysNamed(document, PROTOTYPE).map((path) => document.keyError(path, 'no key has this name', { found: PROTOTYPE }));

/** Where a document has a key, at any depth. */
export function keysNamed(document: Document, name: string): readonly Path[] {
  const below = (value: unknown, path: Path): readonly Path[] => {
    if (!isObject(value)) return [];
    const isList = Array.isArray(value);
    return Object.entries(value).flatMap(([key, item]) => {
      const here = [...path, isList ? Number(key) : key];
      return key === name ? [here, ...below(item, here)] : below(item, here);
    });
  };
  return below(document.value, []);
}

const PROTOTYPE = '__proto__';

/** The part of JSON Schema that is asked. https://json-schema.org/draft/2020-12 */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly expected?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** What a person may write, as JSON Schema. A choice is `anyOf`, whether or not a key tells which form is meant. */
export const jsonSchemaOf = (schema: z.ZodType): SchemaNode =>
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.oneOf === undefined) return;
      jsonSchema.anyOf = jsonSchema.oneOf;
      delete jsonSchema.oneOf;
    },
  }) as SchemaNode;

/**
 * YAML reads a scalar without quotes as a number, a boolean or nothing where it looks like one. Where the text is lost by
 * that (`0022` reads 22, `1.10` reads 1.1, `~` reads nothing), it is refused, since nobody would see what became of it.
 */
const readsOtherwise = ({ value, written }: PlainScalar): boolean =>
  value === null || (typeof value !== 'string' && String(value) !== written);

const accepts = (node: SchemaNode | undefined, test: (one: SchemaNode) => boolean): boolean =>
  node !== undefined && (test(node) || (node.anyOf?.some((one) => accepts(one, test)) ?? false));
const isOf = (node: SchemaNode, type: string): boolean => [node.type].flat().includes(type);

/** Whether text may stand at a place of a format. */
const takesText = (node: SchemaNode | undefined): boolean => accepts(node, (one) => isOf(one, 'string'));
const takesNumber = (node: SchemaNode | undefined): boolean =>
  accepts(node, (one) => isOf(one, 'number') || isOf(one, 'integer'));

/** Whether this text may. */
const takes = (node: SchemaNode | undefined, text: string): boolean =>
  accepts(node, (one) => isOf(one, 'string') && new RegExp(one.pattern ?? '', 'u').test(text));

/** Where YAML reads another text than the one that is written. */
export const misreadings = (schema: z.ZodType, document: Document, root = jsonSchemaOf(schema)): readonly Problem[] =>
  document
    .plainScalars()
    .filter(readsOtherwise)
    .flatMap((scalar) => misreadingOf(scalar, document, root));

function misreadingOf({ path, written, value }: PlainScalar, document: Document, root: SchemaNode): Problem[] {
  const node = nodeAt(root, path);
  const isText = takesText(node);
  if (value === null) {
    // a known key without a value counts as absent, but an entry of a mapping by names would disappear
    const isEntry = isText && typeof nodeAt(root, path.slice(0, -1))?.additionalProperties === 'object';
    if (!isEntry) return [];
    return written === ''
      ? [document.keyError(path, 'has no value: write "" for the empty text, or remove it')]
      : [lost(document, path, written, 'nothing')];
  }
  const meansNumber = typeof value === 'number' && takesNumber(node) && !takes(node, written);
  if (isText && !meansNumber) return [lost(document, path, written, String(value))];
  // where no text may stand, `True` is as good as `true`; but `010` may be meant as 8 and as 10
  if (typeof value !== 'number') return [];
  return [document.error(path, `reads as ${value}`, { found: written, suggestion: String(value) })];
}

const lost = (document: Document, path: Path, written: string, reads: string): Problem =>
  document.error(path, `reads as ${reads}, not as the text ${written}: put it in quotes`, {
    found: written,
    suggestion: JSON.stringify(written),
  });

function toProblems(issue: z.core.$ZodIssue, document: Document, root: SchemaNode): readonly Problem[] {
  const path = issue.path as Path;
  const node = nodeAt(root, path);
  const value = document.get(path);
  if (issue.code === 'unrecognized_keys') return unknownKeyProblems(document, unknownKeys(issue, root), root);
  if (issue.code === 'invalid_key') {
    const names = nodeAt(root, path.slice(0, -1))?.propertyNames;
    return [document.keyError(path, 'the name is malformed', { found: show(path.at(-1)), expected: expected(names) })];
  }
  if (value === undefined) return [document.error(path, 'is missing', { expected: expected(node) })];
  // a rule about a whole mapping says itself what is wrong in it
  if (issue.code === 'custom' && isMapping(value)) return [document.error(path, issue.message)];
  const found = show(value);
  return [
    document.error(path, message(issue, value, node), {
      found,
      expected: saidByRule(issue, 'expected') ?? expected(node),
      suggestion: saidByRule(issue, 'suggestion') ?? suggestion(value, node),
    }),
  ];
}

/** What a refinement of ours says beside its message: `params: { expected, suggestion }`. */
const saidByRule = (issue: z.core.$ZodIssue, key: 'expected' | 'suggestion'): string | undefined =>
  issue.code === 'custom' && typeof issue.params?.[key] === 'string' ? issue.params[key] : undefined;

const propertiesAt = (root: SchemaNode, path: Path): Readonly<Record<string, SchemaNode>> =>
  propertiesOf(nodeAt(root, path));

/** Of a choice, those of all its forms. */
const propertiesOf = (node: SchemaNode | undefined): Readonly<Record<string, SchemaNode>> =>
  node?.properties ?? Object.assign({}, ...(node?.anyOf ?? []).map(propertiesOf));

/** The keys of a mapping, whether each has a schema of its own or all have one; of a choice, those of all its forms. */
const keysOf = (node: SchemaNode | undefined): readonly string[] =>
  node?.propertyNames?.enum?.map(String) ??
  (node?.anyOf ? [...new Set(node.anyOf.flatMap(keysOf))] : Object.keys(node?.properties ?? {}));
const keysAt = (root: SchemaNode, path: Path): readonly string[] => keysOf(nodeAt(root, path));

function unknownKeys(issue: z.core.$ZodIssue, root: SchemaNode): readonly UnknownKey[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const path = issue.path as Path;
  const known = keysAt(root, path);
  // a key of another form is spelt well
  return issue.keys.map((key, index) => ({
    path,
    key,
    meant: index >= TOLD_MAX || known.includes(key) ? undefined : nearest(key, known),
  }));
}

/** Of one mapping. More unknown keys than that are no misspellings. */
const TOLD_MAX = 50;

function unknownKeyProblems(document: Document, unknown: readonly UnknownKey[], root: SchemaNode): readonly Problem[] {
  const counts = new Map<Path, number>();
  const told = unknown.filter(({ path }) => {
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    return count <= TOLD_MAX;
  });
  return [
    ...told.map((key) => unknownKey(document, key, root)),
    ...[...counts]
      .filter(([, count]) => count > TOLD_MAX)
      .map(([path, count]) => document.error(path, `has ${count - TOLD_MAX} more unknown keys`)),
  ];
}

/** Known keys are listed only where none of them is near: a list of twenty does not help. */
function unknownKey(document: Document, { path, key, meant }: UnknownKey, root: SchemaNode): Problem {
  const reason = ofOtherForm(document, path, key, nodeAt(root, path)?.anyOf ?? []);
  if (reason !== undefined) return document.keyError([...path, key], reason);
  const known = propertiesAt(root, path);
  const inside = Object.keys(known).find((name) => Object.hasOwn(known[name]?.properties ?? {}, key));
  const suggestion = meant ?? (inside && `${inside}.${key}`);
  return document.keyError(
    [...path, key],
    'unknown key',
    suggestion === undefined ? { expected: list(keysAt(root, path)) } : { suggestion },
  );
}

/** The only word that may stand at a place. */
const onlyWord = (node: SchemaNode | undefined): unknown =>
  node?.const ?? (node?.enum?.length === 1 ? node.enum[0] : undefined);

/** Why a key of one form of a choice is not one of the form that is there, told by the key that tells the forms apart. */
function ofOtherForm(document: Document, path: Path, key: string, forms: readonly SchemaNode[]): string | undefined {
  const form = forms.find(({ properties }) => Object.hasOwn(properties ?? {}, key))?.properties ?? {};
  const teller = Object.keys(form).find((name) =>
    forms.every(({ properties }) => onlyWord(properties?.[name]) !== undefined),
  );
  if (teller === undefined) return undefined;
  const said = document.get([...path, teller]);
  return typeof said === 'string'
    ? `does not go with ${teller}: ${said}: leave out one of the two`
    : `needs ${teller}: ${String(onlyWord(form[teller]))} beside it`;
}

function message(issue: z.core.$ZodIssue, value: unknown, node: SchemaNode | undefined): string {
  switch (issue.code) {
    case 'invalid_value':
      return 'the value is not known';
    case 'too_small':
    case 'too_big':
      if (issue.origin === 'number' || issue.origin === 'int')
        return issue.code === 'too_small' ? 'the number is too small' : 'the number is too large';
      return value === '' || (Array.isArray(value) && value.length === 0) ? 'is empty' : 'the length is wrong';
    case 'invalid_format':
      return value === '' ? 'is empty' : 'the value is malformed';
    case 'invalid_type':
    case 'invalid_union':
      if ('discriminator' in issue) return 'the value is not known';
      if (value === '') return 'is empty';
      if (takesText(node) && (typeof value === 'number' || typeof value === 'boolean'))
        return `expected text, found a ${typeof value}: put it in quotes`;
      return node?.anyOf?.some(({ type }) => type === typeof value && type !== 'number')
        ? 'the value is malformed'
        : 'wrong type';
    default:
      return issue.message;
  }
}

function suggestion(value: unknown, node: SchemaNode | undefined): string | undefined {
  const words = node?.enum ?? node?.anyOf?.flatMap((choice) => choice.const ?? []);
  return typeof value === 'string' && words ? nearest(value, words.map(String)) : undefined;
}

const nodeAt = (root: SchemaNode, path: Path): SchemaNode | undefined =>
  path.reduce<SchemaNode | undefined>(step, root);

function step(node: SchemaNode | undefined, key: string | number): SchemaNode | undefined {
  if (node === undefined) return undefined;
  if (node.properties && Object.hasOwn(node.properties, key)) return node.properties[key];
  if (typeof key === 'number' && node.items) return node.items;
  if (isObject(node.additionalProperties)) return node.additionalProperties;
  const found = (node.anyOf ?? []).flatMap((choice) => step(choice, key) ?? []);
  const different = [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
  return different.length > 1 ? { anyOf: different } : different[0];
}

function expected(node: SchemaNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (node.expected !== undefined) return node.expected;
  if (node.const !== undefined) return String(node.const);
  if (node.enum) return list(node.enum.map(String));
  if (node.anyOf) return list([...new Set(node.anyOf.flatMap((choice) => expected(choice) ?? []))]);
  return expectedType(node);
}

function expectedType({ type, minimum, maximum, minItems, items, properties }: SchemaNode): string | undefined {
  switch (type) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'object':
      return properties && Object.keys(properties).length <= 5
        ? `a mapping with ${list(Object.keys(properties), 'and')}`
        : 'a mapping';
    case 'array':
      return `a list${minItems ? ' of at least one' : ''}${items?.expected === undefined ? '' : `${minItems ? ':' : ' of'} ${items.expected}`}`;
    case 'integer':
    case 'number': {
      const from = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? ` from ${minimum}` : '';
      const to = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? ` to ${maximum}` : '';
      return `a ${type === 'integer' ? 'whole ' : ''}number${from}${to}`;
    }
    default:
      return undefined;
  }
}
