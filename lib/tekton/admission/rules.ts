import type { Rules } from '../../kube/checks/rule';
import { bindingRules } from './binding';
import { paramRules } from './params';
import { pipelineExpressionRules } from './pipeline-expressions';
import { pipelineShapeRules } from './pipeline-shape';
import { taskExpressionRules } from './task-expressions';
import { taskShapeRules } from './task-shape';
import type { PipelineView, TaskLookup, TaskView } from './view';

/** What Tekton refuses, at admission or once a run has started. */

export const taskRules: Rules<TaskView> = { ...paramRules, ...taskShapeRules, ...taskExpressionRules };

export const pipelineRules: Rules<PipelineView, TaskLookup> = {
  ...paramRules,
  ...pipelineShapeRules,
  ...pipelineExpressionRules,
  ...bindingRules,
};
