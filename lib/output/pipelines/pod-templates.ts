import type { App, Stack, Team } from '../../fleet/model';
import type { Site } from '../../fleet/site';
import type { PodTemplate, PodTemplates } from '../../runs/run/pod-template';
import { EVERY_TASK } from '../../runs/run/pod-template';
import { ANNOTATIONS } from '../../words/labels';
import { buildTask } from '../../words/names';
import { nodesOf } from '../../words/nodes';

/** Where the pods of the runs of a stack may be scheduled. https://tekton.dev/docs/pipelines/podtemplates/ */

/** What the cluster says of the pods of runs, in the words of a pod. */
export function podTemplateOf({ podTemplate }: Pick<Site, 'podTemplate'>): PodTemplate {
  const { nodeSelector, tolerations, runtimeClass, priorityClass } = podTemplate ?? {};
  return {
    ...(nodeSelector && { nodeSelector }),
    ...(tolerations && { tolerations }),
    ...(runtimeClass !== undefined && { runtimeClassName: runtimeClass }),
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
  };
}

/**
 * The annotation of a Pipeline that builds these apps; none where the cluster says nothing and no app asks for a platform.
 * A build for one platform runs on a node of it, unless nodes run the programs of others. Where nodes can, the pod of a build
 * has users of its own: root in it, which the step of the image is, is nobody on the node.
 */
export function podTemplates({ site }: Team, { apps }: Stack, builds: boolean): Readonly<Record<string, string>> {
  const everywhere = podTemplateOf(site);
  const ofBuilds = builds ? apps.flatMap((app) => templateOfBuild(app, site, everywhere)) : [];
  const templates: PodTemplates = Object.fromEntries([
    ...(Object.keys(everywhere).length > 0 ? [[EVERY_TASK, everywhere] as const] : []),
    ...ofBuilds,
  ]);
  return Object.keys(templates).length > 0 ? { [ANNOTATIONS.podTemplates]: JSON.stringify(templates) } : {};
}

/** Whole, since Tekton takes a template of a task in the place of the run's. */
function templateOfBuild(
  { name, build: { platforms } }: App,
  { emulation, userNamespaces }: Site,
  everywhere: PodTemplate,
): readonly (readonly [string, PodTemplate])[] {
  const own: PodTemplate = {
    ...(platforms.length === 1 &&
      !emulation && { nodeSelector: { ...everywhere.nodeSelector, ...nodesOf(platforms).nodeSelector } }),
    ...(userNamespaces && { hostUsers: false }),
  };
  return Object.keys(own).length > 0 ? [[buildTask(name), { ...everywhere, ...own }]] : [];
}
