import { z } from 'zod';
import { readJson } from '../../words/read-json';

/** What steps of single tasks request and may take at most: what synth writes on a Pipeline, and whoever composes a run of it reads. */

const quantities = z.strictObject({ cpu: z.string().optional(), memory: z.string().optional() });
const resources = z.strictObject({ requests: quantities, limits: quantities });
const ofTasks = z.record(z.string(), z.record(z.string(), resources));
/** By name of the step. */
export type StepResources = Readonly<Record<string, Readonly<z.output<typeof resources>>>>;
/** By name of the pipeline task. */
export type TaskResources = Readonly<Record<string, StepResources>>;

/** @returns undefined if the text is not understood */
export const readTaskResources = (text: string): TaskResources | undefined => readJson(ofTasks, text);
