import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TOOL_IMAGES } from '../lib/fleet/tool-images';
import { image as imageSchema } from '../lib/words/scalars';

/** renovate.json finds each tool image, and writes what this program reads. Renovate has read it, too: docs/images.md. */

const ROOT = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const { customManagers, packageRules } = z
  .object({
    customManagers: z.array(
      z.object({ managerFilePatterns: z.tuple([z.string()]), matchStrings: z.tuple([z.string()]) }),
    ),
    packageRules: z.array(z.object({ matchPackageNames: z.array(z.string()).default([]) })),
  })
  .parse(JSON.parse(read('renovate.json')));
const TABLE = 'lib/fleet/tool-images.ts';

/** What the manager of a file finds there: the name of each image, and its tag. */
function found(file: string, text = read(file)): readonly string[] {
  const manager = customManagers.find(({ managerFilePatterns: [pattern] }) =>
    new RegExp(pattern.slice(1, -1)).test(file),
  );
  const matches = [...text.matchAll(new RegExp(manager!.matchStrings[0], 'g'))];
  return matches.map(({ groups: { depName, currentValue, currentDigest } = {} }) =>
    [`${depName}:${currentValue}`, ...(currentDigest === undefined ? [] : [currentDigest])].join('@'),
  );
}

it('finds each image of the table, and nothing else', () => {
  expect(found(TABLE)).toEqual(Object.values(TOOL_IMAGES));
});

it('finds it again once it has a digest', () => {
  const digest = `sha256:${'3f'.repeat(32)}`;
  const pinned = Object.values(TOOL_IMAGES).map((image) => `${image.split('@')[0]}@${digest}`);
  expect(found(TABLE, pinned.map((image) => `  key: '${image}',`).join('\n'))).toEqual(pinned);
  for (const image of pinned) expect(imageSchema.safeParse(image).success).toBe(true);
});

it('finds the image in the example of reports', () => {
  expect(found('docs/reports.md')).toEqual([TOOL_IMAGES.kubectl]);
});

it('speaks of images that there are', () => {
  const names = new Set(Object.values(TOOL_IMAGES).map((image) => image.split('@')[0]!.replace(/:[^:/]*$/, '')));
  const meant = packageRules.flatMap(({ matchPackageNames }) => matchPackageNames);
  expect(meant.filter((name) => name.startsWith('docker.io/') && !names.has(name))).toEqual([]);
});

it('leaves our own image to releases, which build it after its tag is in the table', () => {
  expect(TOOL_IMAGES.orchestrator).not.toContain('@');
  expect(TOOL_IMAGES.tools).toBe(TOOL_IMAGES.orchestrator);
});
