/** Where a report's names of files lead in the checkout that its tests ran in. */

/** Where tools look for sources, below the folder of a module. https://maven.apache.org/guides/introduction/introduction-to-the-standard-directory-layout.html */
const SOURCE_ROOTS: readonly string[] = [
  '',
  ...['test', 'main', 'integrationTest', 'it'].flatMap((part) =>
    ['java', 'kotlin', 'groovy', 'scala'].map((language) => `src/${part}/${language}`),
  ),
];
/** A module is so many folders above its report at most. */
const ABOVE_MAX = 8;
const PATH_MAX = 500;

/**
 * The paths at which a file may lie, the likelier first: relative to the checkout.
 * @param name as a report has it
 * @param checkout the folder of the checkout, absolute
 * @param contextDir where the tests ran, below it
 * @param report path of the report below that
 */
export function* candidates(name: string, checkout: string, contextDir: string, report: string): Iterable<string> {
  if (name === '' || name.length > PATH_MAX || name.includes('\0')) return;
  if (name.startsWith('/')) {
    if (name.startsWith(`${checkout}/`)) yield name.slice(checkout.length + 1);
    return;
  }
  const folders = report.split('/').slice(0, -1);
  const modules = folders.map((_, depth) => folders.slice(0, depth + 1)).slice(0, ABOVE_MAX);
  for (const module of [[], ...modules])
    for (const root of SOURCE_ROOTS)
      yield [contextDir, ...module, root, name].filter((part) => part !== '' && part !== '.').join('/');
}
