import { accessRules } from '../kube/checks/access';
import { metadataRules } from '../kube/checks/metadata';
import type { Finding, Report, Rules } from '../kube/checks/rule';
import { serviceRules } from '../kube/checks/services';
import type { Workload } from '../kube/checks/workload';
import { workloadOf, workloadRules } from '../kube/checks/workload';
import type { Emitted, Manifest } from '../kube/manifest';
import { describe, list } from '../kube/manifest';
import { containersOf, scriptRules } from '../tekton/admission/containers';
import { pipelineRules, taskRules } from '../tekton/admission/rules';
import type { ExistingObject } from './checks/inventory';
import { Inventory } from './checks/inventory';
import { referenceRules } from './checks/references';

/**
 * What the whole output must satisfy, found at synth instead of at admission, or in the middle of a run: Tekton's rules
 * for Tasks and Pipelines, references between objects, and the promises of this project (resources, exact images, no
 * values in scripts, least rights). Types of fields are left to the schemas: see lib/kube/schema.ts.
 */

const objectRules: Rules<Emitted, Inventory> = { ...metadataRules, ...accessRules, ...referenceRules, ...serviceRules };
/** What others made may still not be there twice, start nothing, and bring no values of Secrets into Git. */
const foreignRules: Rules<Emitted, Inventory> = Object.fromEntries(
  Object.entries(objectRules).filter(([id]) => ['unique', 'kind'].includes(id)),
);
const containerRules: Rules<Workload> = { ...workloadRules, ...scriptRules };

/** Ids of all rules, each once. */
export const RULES: readonly string[] = [
  ...new Set([objectRules, containerRules, taskRules, pipelineRules].flatMap((rules) => Object.keys(rules))),
];

export interface CheckContext {
  /** What the cluster holds beside the output: hook Tasks of a team, Secrets made by hand. */
  readonly existing: readonly ExistingObject[];
}

/**
 * @param objects everything that is emitted, of all teams: names must be unique across them
 * @returns every violation, in the order of the objects; `path` is the object and the field
 */
export const checkAll = (objects: readonly Emitted[], { existing }: CheckContext): readonly Finding[] =>
  checkObjects(objects, new Inventory(objects, existing));

/** The same of some of the objects of an inventory. */
export function checkObjects(objects: readonly Emitted[], inventory: Inventory): readonly Finding[] {
  const findings: Finding[] = [];
  for (const object of objects) {
    const { file, manifest } = object;
    let rule = '';
    const report: Report = (path, message, details = {}) =>
      findings.push({
        rule,
        file,
        path: `${describe(manifest)} ${path}`.trimEnd(),
        message,
        severity: 'error',
        ...details,
      });
    const run = <Subject>(rules: Rules<Subject, Inventory>, subject: Subject): void => {
      for (rule in rules) rules[rule]!(subject, report, inventory);
    };
    if (object.isForeign) {
      run(foreignRules, object);
      continue;
    }
    run(objectRules, object);
    run(containerRules, workload(manifest, inventory));
    const task = inventory.task(manifest);
    if (task?.object === object) run(taskRules, task);
    const pipeline = inventory.pipeline(manifest);
    if (pipeline !== undefined) run(pipelineRules, pipeline);
  }
  return findings;
}

/** What runs as a container, wherever the kind of the object keeps it. */
function workload(manifest: Manifest, inventory: Inventory): Workload {
  const task = inventory.task(manifest);
  if (task === undefined) return workloadOf(manifest);
  return {
    manifest,
    containers: containersOf(task),
    volumes: new Set(list(task.spec.volumes).map(({ name }) => name)),
    imagesOf: (image) => inventory.resolve(task, image),
  };
}
