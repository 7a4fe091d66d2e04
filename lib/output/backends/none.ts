import type { Backend } from './backend';

/** Needs nothing; no request is sent anywhere by its header. */
export const none: Backend = {
  how: 'it answers by its own name only',
  script: 'preview/preview-none.sh',
  kinds: [],
  hasService: true,
  logsRequests: false,
};
