import type { Document } from './document';
import type { TestKind } from '../words/names';
import { TEST_KINDS } from '../words/names';
import type { Hook, PropagationRole } from './stack';
import { HOOKS, PROPAGATION_ROLES } from './stack';

/**
 * What can be read of a stack file whatever is wrong with the rest, so that the rules between apps speak in the same
 * breath as the schema. What is missing or of the wrong kind is left out: the schema has said so.
 */
export interface StackOutline {
  readonly name?: string;
  readonly hooks: Readonly<Record<Hook, number>>;
  readonly apps: readonly AppOutline[];
}

/** What can be read of one app. */
export interface AppOutline {
  /** In the file. */
  readonly index: number;
  readonly name?: string;
  readonly repo?: string;
  readonly propagationRole?: PropagationRole;
  readonly downstream: readonly { readonly name: string; readonly index: number }[];
  readonly tests: readonly TestKind[];
}

/** Takes out of a stack file what the rules between apps look at. */
export function stackOutline(document: Document): StackOutline {
  const apps = asList(document.get(['apps'])).map((_, index): AppOutline => {
    const at = (key: string) => document.get(['apps', index, key]);
    const role = at('propagation-role');
    return {
      index,
      name: asText(at('name')),
      repo: asText(at('repo')),
      propagationRole: PROPAGATION_ROLES.find((known) => known === role),
      downstream: asList(at('downstream')).flatMap((name, position) =>
        typeof name === 'string' ? [{ name, index: position }] : [],
      ),
      tests: TEST_KINDS.filter((kind) => document.get(['apps', index, 'tests', kind]) !== undefined),
    };
  });
  const hooks = Object.fromEntries(HOOKS.map((hook) => [hook, count(document.get(['hooks', hook]))])) as Record<
    Hook,
    number
  >;
  return { name: asText(document.get(['name'])), hooks, apps };
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const count = (hooks: unknown): number => (Array.isArray(hooks) ? hooks.length : hooks === undefined ? 0 : 1);
