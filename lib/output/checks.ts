import { accessRules } from './checks/access';
import { bindingRules } from '../tekton/admission/binding';
import type { ExistingObject } from './checks/inventory';
import { Inventory } from './checks/inventory';
import { metadataRules } from './checks/metadata';
import { paramRules } from '../tekton/admission/params';
import { pipelineExpressionRules } from '../tekton/admission/pipeline-expressions';
import { pipelineShapeRules } from '../tekton/admission/pipeline-shape';
import { referenceRules } from './checks/references';
import type { Finding, Report, Rules } from './checks/rule';
import { serviceRules } from './checks/services';
import { taskExpressionRules } from '../tekton/admission/task-expressions';
import { taskShapeRules } from '../tekton/admission/task-shape';
import type { PipelineView, TaskView } from '../tekton/admission/view';
import { workloadRules } from './checks/workload';
import type { Emitted } from '../kube/manifest';
import { describe } from '../kube/manifest';

/**
 * What the whole output must satisfy, found at synth instead of at admission, or in the middle of a run: Tekton's rules
 * for Tasks and Pipelines, references between objects, and the promises of this project (resources, exact images, no
 * values in scripts, least rights). Types of fields are left to the schemas: see schema.ts.
 */

type Listed<Subject> = readonly (readonly [id: string, check: Rules<Subject>[string]])[];
const listed = <Subject>(...rules: readonly Rules<Subject>[]): Listed<Subject> =>
  rules.flatMap((each) => Object.entries(each));

const OBJECT_RULES = listed<Emitted>(metadataRules, workloadRules, accessRules, referenceRules, serviceRules);
const TASK_RULES = listed<TaskView>(paramRules, taskShapeRules, taskExpressionRules);
const PIPELINE_RULES = listed<PipelineView>(paramRules, pipelineShapeRules, pipelineExpressionRules, bindingRules);

/** Ids of all rules, each once. */
export const RULES: readonly string[] = [
  ...new Set([...OBJECT_RULES, ...TASK_RULES, ...PIPELINE_RULES].map(([id]) => id)),
];

export interface CheckContext {
  /** What the cluster holds beside the output: hook Tasks of a team, Secrets made by hand. */
  readonly existing: readonly ExistingObject[];
}

/**
 * @param objects everything that is emitted, of all teams: names must be unique across them
 * @returns every violation, in the order of the objects; `path` is the object and the field
 */
export function checkAll(objects: readonly Emitted[], { existing }: CheckContext): readonly Finding[] {
  const inventory = new Inventory(objects, existing);
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
    const run = <Subject>(rules: Listed<Subject>, subject: Subject): void => {
      for (const [id, check] of rules) {
        rule = id;
        check(subject, report, inventory);
      }
    };
    run(OBJECT_RULES, object);
    const task = inventory.task(manifest);
    if (task?.object === object) run(TASK_RULES, task);
    const pipeline = inventory.pipelines.get(manifest);
    if (pipeline !== undefined) run(PIPELINE_RULES, pipeline);
  }
  return findings;
}
