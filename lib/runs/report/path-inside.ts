import { TEXT_MAX } from './summary';
import { line } from './text';

/** Whether a path leads to something below the folder that it is read from, and hides nothing. */
export const isPathInside = (path: string): boolean =>
  line(path, TEXT_MAX.path) === path &&
  !path.includes('\\') &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
