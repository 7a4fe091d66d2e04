import { configure } from 'safe-stable-stringify';

/**
 * JSON with the keys of every mapping sorted, so that equal values give equal texts: the API server returns keys in
 * another order than they were written in. A value that contains itself is an error.
 */
export const canonicalJson: (value: object) => string = configure({ strict: true });
