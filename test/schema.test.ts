import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Manifest } from '../lib/kube/manifest';
import { wrongValues } from '../lib/kube/field-values';
import { unknownFields } from '../lib/kube/schema';

/** The committed output against the schemas that `imports/` was generated from. */

const DIST = join(__dirname, '..', 'dist');
const FILES = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));

test('there is an output', () => {
  expect(FILES.length).toBeGreaterThan(0);
});

test.each(FILES)('every field of every object in dist/%s is known', (path) => {
  const manifests = loadAll(readFileSync(join(DIST, path), 'utf8')) as Manifest[];
  const unknown = manifests.flatMap((manifest) =>
    unknownFields(manifest).map((field) => `${manifest.kind} ${manifest.metadata.name}: ${field}`),
  );
  expect(manifests.length).toBeGreaterThan(0);
  expect(unknown).toEqual([]);
});

test.each(FILES)('every value of every object in dist/%s is of its type', (path) => {
  const manifests = loadAll(readFileSync(join(DIST, path), 'utf8')) as Manifest[];
  const wrong = manifests.flatMap((manifest) =>
    wrongValues(manifest).map((problem) => ({ object: `${manifest.kind} ${manifest.metadata.name}`, ...problem })),
  );
  expect(wrong).toEqual([]);
});
