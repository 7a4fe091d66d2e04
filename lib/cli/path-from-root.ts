import { relative, sep } from 'node:path';

/** As a person who sees only the root would write it: relative, with `/`. */
export const pathFromRoot = (root: string, path: string): string => relative(root, path).split(sep).join('/');
