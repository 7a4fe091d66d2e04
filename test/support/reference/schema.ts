/** What a JSON Schema says of one value, in words. https://json-schema.org/draft-07/json-schema-validation */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
}

export interface Field {
  readonly key: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

/** Every field, however deep: `apps[].build.tool`. */
export function fieldsOf(schema: Schema, prefix = ''): readonly Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const key = `${prefix}${name}`;
    const below =
      inner.items?.properties === undefined ? { of: inner, at: `${key}.` } : { of: inner.items, at: `${key}[].` };
    return [
      { key, schema: inner, isRequired: schema.required?.includes(name) === true },
      ...fieldsOf(below.of, below.at),
    ];
  });
}

export function kindOf(schema: Schema): string {
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(kindOf))].join(' or ');
  if (schema.items !== undefined) return `list of ${kindOf(schema.items)}`;
  const { type = 'any value' } = schema;
  return `${typeof type === 'string' ? type : type.join(' or ')}${range(schema)}`;
}

/** Programs give the largest integer where there is no bound. */
function range({ minimum, maximum }: Schema): string {
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum !== undefined && most !== undefined) return `, ${minimum} to ${most}`;
  return minimum === undefined ? '' : `, at least ${minimum}`;
}

const literal = (value: unknown): string => `\`${String(value)}\``;
