import type { App } from '../../fleet/model';
import { appsConfigMap, deployTask } from '../../words/names';
import type { Pipeline, PipelineTask } from '../../tekton/pipeline';
import type { Guard } from '../../tekton/task';
import type { StringValue } from '../../tekton/value';
import type { PipelineContext } from './context';
import { TIMEOUTS } from './context';
import { awaitRollout } from '../tasks/deploy/await-rollout';
import { deployApp } from '../tasks/deploy/deploy-app';

/** What differs between the Pipelines that deploy. */
export interface DeployChoices {
  /** As a node pulls it, by digest. */
  readonly image: StringValue;
  /** Of its source; of the platform repository, where Git owns the Deployments. */
  readonly commit: StringValue;
  readonly when: readonly Guard[];
  readonly after?: readonly PipelineTask[];
}

/** Adds `deploy-<app>`, which ends once the new pods are ready. */
export function addDeploy(
  { stack, tasks }: PipelineContext,
  pipeline: Pipeline,
  app: App,
  { when, after, ...given }: DeployChoices,
): PipelineTask {
  return pipeline.task(deployTask(app.name), tasks.use(deployApp), {
    when,
    after,
    account: 'deploy',
    timeout: TIMEOUTS.deploy,
    params: { app: app.name, namespace: stack.environment, apps: appsConfigMap(stack.name), ...given },
  });
}

/** Adds `deploy-<app>` where Argo CD deploys: it waits for the pods and changes nothing. */
export function addRollout(
  { stack, tasks }: PipelineContext,
  pipeline: Pipeline,
  app: App,
  { when, after, ...given }: DeployChoices,
): PipelineTask {
  return pipeline.task(deployTask(app.name), tasks.use(awaitRollout), {
    when,
    after,
    account: 'deploy',
    timeout: TIMEOUTS.rollout,
    params: { app: app.name, namespace: stack.environment, ...given },
  });
}
