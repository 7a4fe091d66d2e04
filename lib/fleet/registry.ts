import { z } from 'zod';
import { labelValue, shortName, text } from '../words/scalars';

/** `stacks/registry.yaml`: which stack a repository belongs to, by its short name. */
export const registrySchema = z.strictObject({
  repos: z.record(
    shortName,
    z.strictObject({
      /** Relative to the registry's folder. */
      stack: text.meta({ expected: 'a stack file beside the registry, such as checkout.yaml' }),
      /** Says again what the stack says; synth compares. */
      role: labelValue.optional(),
    }),
  ),
});

/** The registry with its defaults filled in. */
export type RegistryFile = z.output<typeof registrySchema>;
