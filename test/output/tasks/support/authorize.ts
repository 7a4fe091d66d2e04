import type { Rule } from '../../../../lib/output/tasks/shared/rule';

/** What a command asks of the API server: verb and resource, as kubectl does. */
function requests([verb, kind = '', name]: readonly string[]): [string, string][] {
  const resource = plural(kind);
  switch (verb) {
    case 'get':
      return [[name === undefined ? 'list' : 'get', resource]];
    case 'delete':
      return [
        ['list', resource],
        ['delete', resource],
      ];
    case 'logs':
      return [
        ['get', 'pods'],
        ['get', 'pods/log'],
      ];
    default:
      return [];
  }
}

export const plural = (word: string): string => (word.split('.')[0] as string).toLowerCase().replace(/([^s])$/, '$1s');

/** The first thing that the rules do not allow, in the API server's words. `applied`: kind of the object of an apply. */
export function forbidden(
  rules: readonly Rule[],
  positionals: readonly string[],
  applied?: string,
): string | undefined {
  const wanted: [string, string][] =
    applied === undefined
      ? requests(positionals)
      : [
          ['patch', plural(applied)],
          ['create', plural(applied)],
        ];
  const missing = wanted.find(
    ([verb, resource]) => !rules.some(({ resources, verbs }) => resources.includes(resource) && verbs.includes(verb)),
  );
  return missing && `forbidden: cannot ${missing[0]} resource "${missing[1]}"`;
}
