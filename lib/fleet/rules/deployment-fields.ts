import type { Document, Path } from '../document';
import type { OwnDeployment } from '../own-deployment';
import type { FleetReading } from '../reading';
import { isMapping } from '../../words/mapping';
import type { Problem } from '../../words/problem';
import { isError } from '../../words/problem';

/** A field that Kubernetes does not know, or a value that it refuses. */
export interface WrongField extends Pick<Problem, 'message' | 'found' | 'expected' | 'suggestion'> {
  /** `spec.template.spec.containers[0].image` */
  readonly path: string;
}

/** What an API server would say of a Deployment that a repository has. */
export type WrongFieldsOf = (deployment: OwnDeployment) => readonly WrongField[];

/** Wrong fields of the Deployments that stacks name, at their lines. A file in which something else is wrong has that told alone. */
export const checkDeploymentFields = (
  { manifests }: Pick<FleetReading, 'manifests'>,
  wrongFieldsOf: WrongFieldsOf,
): Problem[] =>
  [...manifests.values()].flatMap(({ document, value, problems }) =>
    document === undefined || value === undefined || problems.some(isError) ? [] : told(document, wrongFieldsOf(value)),
  );

const told = (document: Document, wrong: readonly WrongField[]): Problem[] =>
  wrong.map(({ path, message, ...details }) => document.error(pathIn(document.value, path), message, details));

/** The path of a field in a value. What the value does not have is the last key. */
function pathIn(value: unknown, text: string): Path {
  if (text === '') return [];
  if (Array.isArray(value)) {
    const end = text.indexOf(']');
    const index = Number(text.slice(1, end));
    return [index, ...pathIn(value[index], withoutDot(text.slice(end + 1)))];
  }
  const key = isMapping(value) ? keyIn(value, text) : undefined;
  if (key === undefined) return [text];
  return [key, ...pathIn((value as Readonly<Record<string, unknown>>)[key], withoutDot(text.slice(key.length)))];
}

const withoutDot = (text: string): string => (text.startsWith('.') ? text.slice(1) : text);

/** A key may have dots of its own, so the longest counts. */
const keyIn = (value: object, text: string): string | undefined =>
  Object.keys(value)
    .filter((key) => text === key || text.startsWith(`${key}.`) || text.startsWith(`${key}[`))
    .sort((a, b) => b.length - a.length)[0];
