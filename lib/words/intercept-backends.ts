/** How requests of a session reach a preview. */
export const INTERCEPT_BACKENDS = ['router', 'gateway', 'mirrord', 'telepresence', 'none'] as const;
export type InterceptBackend = (typeof INTERCEPT_BACKENDS)[number];
