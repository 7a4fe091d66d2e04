/** Of the log of a step so much is shown: neither a browser nor a person reads more. */
export const LOG_BYTES = 10 * 2 ** 20;

/** Of the log of a step the end is kept when the run is over, since that says why it failed; a log without end fills no claim. */
export const STEP_LOG_BYTES = 2 ** 20;
/** Of all steps of a run together. */
export const RUN_LOG_BYTES = 16 * 2 ** 20;

/** Headers of the answer with a log that comes from where reports are kept. */
export const LOG_HEADERS = {
  isKept: 'tekton-dag-log-kept',
  /** What is left out of it. */
  omitted: 'tekton-dag-log-omitted',
} as const;
