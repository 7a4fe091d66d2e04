import { z } from 'zod';

/** How requests of a session reach a preview. */
export const INTERCEPT_BACKENDS = ['router', 'gateway', 'mirrord', 'telepresence', 'none'] as const;
export type InterceptBackend = (typeof INTERCEPT_BACKENDS)[number];

/** The name of one of a repository's own. */
export const ownBackendName = z
  .string()
  .regex(/^(?=.{1,30}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .meta({ expected: 'lower-case letters, digits and single -, at most 30, a letter first' });
