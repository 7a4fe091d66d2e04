/** A relative path without `./` and without doubled or trailing `/`; `.` where nothing is left. */
export const tidyPath = (path: string): string =>
  path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/') || '.';
