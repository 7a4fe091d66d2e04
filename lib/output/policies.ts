import type { Manifest } from '../kube/manifest';
import { describe } from '../kube/manifest';
import { isMapping } from '../words/mapping';
import { list, show } from '../words/phrase';
import type { Problem } from '../words/problem';
import { SynthError, collected } from '../words/problem';
import type { ObjectsPart } from './layout';
import { pathOf } from './layout';

/** Checks that a repository brings, over all objects that synth makes for it. */

/** The object that a check of one's own looks at. */
export interface CheckedObject {
  /** As it is applied, and frozen. Where runs deploy an app, its image has a digest of zeros. */
  readonly manifest: Manifest;
  /** The team that it comes and goes with; undefined: clusters hold it whichever teams they have. */
  readonly team?: string;
  /** Clusters that it is applied to: their names, `all`, or `argo-cd` for the one that Argo CD is on. */
  readonly clusters: readonly string[] | 'all' | 'argo-cd';
}

/** A fault that a check finds in an object. */
export interface Violation {
  /** The fault: `has no label cost-centre`. */
  readonly message: string;
  /** The remedy: `say it in labels of the team`. */
  readonly remedy: string;
  /** The field: `metadata.labels`. @default - the object as a whole */
  readonly path?: string;
  /** An error keeps synth from writing anything. @default 'error' */
  readonly severity?: Problem['severity'];
}

/** A check of one's own. It reports what is wrong with an object, and changes nothing. */
export type Check = (object: CheckedObject, report: (violation: Violation) => void) => void;

/** Checks by the name that their findings bear, and the file that has them. */
export interface Policies {
  readonly file: string;
  readonly checks: Readonly<Record<string, Check>>;
}

/**
 * The findings of the checks. A check that throws keeps no other check and no other object from being checked. Its
 * error names the first object that it fails for.
 */
export function policyProblems(parts: readonly ObjectsPart[], { file, checks }: Policies): readonly Problem[] {
  const named = Object.entries(checks);
  // to look at an object freezes it
  if (named.length === 0) return [];
  const checked = parts.filter(({ isForeign }) => isForeign !== true).flatMap(objectsOf);
  return named.flatMap(([name, check]) => {
    const { all: failures, attempt } = collected();
    const found: Problem[] = [];
    for (const { object, path: output } of checked)
      attempt(() =>
        check(object, (violation) => {
          checkViolation(violation);
          const { message, remedy, path = '', severity = 'error' } = violation;
          const place = `${describe(object.manifest)} ${path}`.trimEnd();
          const said = `${message}: ${remedy}, says check '${name}' of ${file}`;
          found.push({ file: output, path: place, message: said, severity });
        }),
      );
    return [...failures.slice(0, 1), ...found];
  });
}

const objectsOf = (part: ObjectsPart): readonly { readonly object: CheckedObject; readonly path: string }[] =>
  [...part.objects, ...(part.deployed ?? [])].map((manifest) => ({
    object: { manifest: frozen(manifest), team: part.team, clusters: part.clusters },
    path: pathOf(part),
  }));

/** The fields of a violation, and whether each is needed. */
const FIELDS = { message: true, remedy: true, path: false, severity: false } satisfies Record<keyof Violation, boolean>;
const SEVERITIES = ['error', 'warning'];

/** Code whose types nobody has checked may report something else, and what it means as an error must not pass. @throws SynthError */
function checkViolation(given: unknown): void {
  const fault = faultOf(given);
  if (fault !== undefined)
    throw new SynthError('malformed-report', `report is not given { message, remedy }: ${fault}`);
}

function faultOf(given: unknown): string | undefined {
  if (!isMapping(given)) return `found ${show(given)}`;
  const unknown = Object.keys(given).find((field) => !Object.hasOwn(FIELDS, field));
  if (unknown !== undefined) return `unknown key ${show(unknown)} (expected ${list(Object.keys(FIELDS))})`;
  const [wrong] = Object.entries(FIELDS).filter(([field, isNeeded]) => {
    const value = given[field];
    return value === undefined ? isNeeded : typeof value !== 'string' || (isNeeded && value.trim() === '');
  });
  if (wrong !== undefined) return `${wrong[0]} is not text (found ${show(given[wrong[0]])})`;
  const { severity = 'error' } = given;
  return SEVERITIES.includes(severity as string)
    ? undefined
    : `severity is unknown (found ${show(severity)}; expected ${list(SEVERITIES)})`;
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
