import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { apply, kubectl } from './kubectl';

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export function objectsIn(path: string): Named[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => join(path, file))
    : [path];
  return files
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => loadAll(readFileSync(file, 'utf8')) as Named[]);
}

/** Namespaces that are not ours get no object in the output; on a real cluster they are there. */
function createForeignNamespaces(...paths: readonly string[]): void {
  const objects = paths.flatMap(objectsIn);
  const ours = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const used = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  const present = new Set(kubectl(['get', 'namespaces', '--output=name']).split('\n'));
  for (const name of used) {
    if (!ours.has(name) && !present.has(`namespace/${name}`)) kubectl(['create', 'namespace', name]);
  }
}

/** An API server takes every object of the files as it is written, and applied again none of them changes. */
export function appliesTwice(...paths: readonly string[]): void {
  createForeignNamespaces(...paths);
  const first = apply(...paths);
  expect(first.size).toBe(paths.flatMap(objectsIn).length);
  expect(apply(...paths)).toEqual(first);
}
