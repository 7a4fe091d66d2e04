import { z } from 'zod';
import { serviceName } from '../words/scalars';

/** `versions.yaml`: the version in preparation and the last released one of each app; written by releases. */

const NEXT = /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-rc\.(0|[1-9][0-9]*))?$/;
const RELEASED = /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$/;

/** What a versions file may say. */
export const versionsSchema = z.strictObject({
  apps: z.record(
    serviceName,
    z.strictObject({
      version: z.string().regex(NEXT).meta({ expected: 'a version in quotes such as "1.4.0" or "1.4.0-rc.2"' }),
      'last-released': z
        .string()
        .regex(RELEASED)
        .meta({ expected: 'a released version in quotes such as "1.3.0"' })
        .optional(),
      digest: z
        .string()
        .regex(/^sha256:[0-9a-f]{64}$/)
        .meta({ expected: 'sha256: and 64 hexadecimal digits' })
        .optional(),
    }),
  ),
});

/** A versions file as it was read. */
export type VersionsFile = z.output<typeof versionsSchema>;
