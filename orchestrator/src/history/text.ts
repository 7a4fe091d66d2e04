/** JSON as PostgreSQL takes it. */

/** What no text of a database can hold: NUL, and halves of characters. https://www.postgresql.org/docs/current/datatype-json.html */
const NO_TEXT = /[\0\p{Cs}]/gu;

/** The text without what a database cannot hold. */
export const storable = (text: string): string => text.replace(NO_TEXT, '\uFFFD');

/** A value as JSON, all of whose texts are storable. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, given: unknown) => {
    if (typeof given === 'string') return storable(given);
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
    return Object.fromEntries(Object.entries(given).map(([key, each]) => [storable(key), each as unknown]));
  });
