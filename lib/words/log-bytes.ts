/** Of the log of a step so much is shown: neither a browser nor a person reads more. */
export const LOG_BYTES = 10 * 2 ** 20;
