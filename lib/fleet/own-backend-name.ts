import { z } from 'zod';

/** The name of a backend that a repository adds. */
export const ownBackendName = z
  .string()
  .regex(/^(?=.{1,30}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .meta({ expected: 'lower-case letters, digits and single -, at most 30, a letter first' });
