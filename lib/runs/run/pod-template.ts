import { z } from 'zod';
import { readJson } from '../../words/read-json';

/** Where the pods of a run may be scheduled: what synth writes on a Pipeline, and whoever composes a run of it reads. */

/** The part of Tekton's pod template that a cluster decides. https://tekton.dev/docs/pipelines/podtemplates/ */
export const podTemplate = z.strictObject({
  nodeSelector: z.record(z.string(), z.string()).optional(),
  tolerations: z.array(z.record(z.string(), z.union([z.string(), z.number()]))).optional(),
  runtimeClassName: z.string().optional(),
  priorityClassName: z.string().optional(),
  hostUsers: z.boolean().optional(),
});
export type PodTemplate = Readonly<z.output<typeof podTemplate>>;

/** Stands for each task that has no template of its own. */
export const EVERY_TASK = '*';
const podTemplates = z.record(z.string(), podTemplate);
/** By name of the pipeline task. */
export type PodTemplates = Readonly<Record<string, PodTemplate>>;

/** @returns undefined if the text is not understood */
export const readPodTemplates = (text: string): PodTemplates | undefined => readJson(podTemplates, text);
