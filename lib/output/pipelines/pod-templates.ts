import type { App, Stack, Team } from '../../fleet/model';
import type { Site } from '../../fleet/site';
import type { PodTemplate, PodTemplates } from '../../runs/run/pod-template';
import { EVERY_TASK } from '../../runs/run/pod-template';
import { ANNOTATIONS } from '../../words/labels';
import type { KindOfTests } from '../../words/names';
import { buildTask, testTask } from '../../words/names';
import { partsOf } from '../../fleet/matrix';
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
 * The annotation of a Pipeline that builds or tests these apps; none where the cluster says nothing and no app asks for a platform.
 * A build for one platform runs on a node of it, unless nodes run the programs of others. Where nodes can, the pod of a build
 * has users of its own: root in it, which the step of the image is, is nobody on the node.
 */
export function podTemplates(
  { site }: Team,
  { apps }: Stack,
  { builds, tests }: { readonly builds: boolean; readonly tests: readonly KindOfTests[] },
): Readonly<Record<string, string>> {
  const everywhere = podTemplateOf(site);
  const ofBuilds = builds ? apps.flatMap((app) => templateOfBuild(app, site, everywhere)) : [];
  const templates: PodTemplates = Object.fromEntries([
    ...(Object.keys(everywhere).length > 0 ? [[EVERY_TASK, everywhere] as const] : []),
    ...ofBuilds,
    ...apps.flatMap((app) => templatesOfTests(app, tests, everywhere)),
  ]);
  return Object.keys(templates).length > 0 ? { [ANNOTATIONS.podTemplates]: JSON.stringify(templates) } : {};
}

/** Tests that are to run on a platform run on a node of it, also where nodes run the programs of others. */
const templatesOfTests = (
  { name, tests: { matrix = {} } }: App,
  kinds: readonly KindOfTests[],
  everywhere: PodTemplate,
): readonly (readonly [string, PodTemplate])[] =>
  kinds.flatMap((kind) =>
    (matrix[kind] ? partsOf(matrix[kind]) : []).flatMap(({ platform }, part) =>
      platform === undefined
        ? []
        : [
            [
              testTask(name, kind, part),
              { ...everywhere, nodeSelector: { ...everywhere.nodeSelector, ...nodesOf([platform]).nodeSelector } },
            ] as const,
          ],
    ),
  );

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
