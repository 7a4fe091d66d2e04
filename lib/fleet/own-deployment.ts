import { z } from 'zod';

/**
 * `deploy.manifests` of an app: a Deployment of the repository's own in place of the one that synth makes. What it is called, where it
 * is, whose pods it finds and which image it runs is for synth to say; the rest is as the file has it.
 */

const texts = z.record(z.string(), z.string()).default({});
const container = z.looseObject({ name: z.string(), image: z.string() });
export const ownDeploymentSchema = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata: z.strictObject({ name: z.string(), labels: texts, annotations: texts }),
  spec: z.looseObject({
    template: z.strictObject({
      metadata: z.strictObject({ labels: texts, annotations: texts }).prefault({}),
      spec: z.looseObject({ containers: z.array(container).min(1), initContainers: z.array(container).optional() }),
    }),
  }),
});
/** As the file has it. */
export type OwnDeployment = z.output<typeof ownDeploymentSchema>;
