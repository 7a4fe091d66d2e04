import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The packages of others: on which terms we have them, and what they run where they are installed. package-lock.json says it of each. */

const ROOT = join(__dirname, '..');
const { packages } = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        license: z.string().optional(),
        dev: z.boolean().optional(),
        devOptional: z.boolean().optional(),
        link: z.boolean().optional(),
        hasInstallScript: z.boolean().optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));

/** None of them asks more of who passes a copy on than to keep its notice. */
const SHIPPED = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
];
/** Tools of whoever changes the program, which nobody gets from us. */
const TOOLS = [
  ...SHIPPED,
  '(AFL-2.1 OR BSD-3-Clause)',
  '(BSD-3-Clause OR GPL-2.0)',
  '(MIT AND Zlib)',
  '(MIT OR CC0-1.0)',
  '(MIT OR GPL-3.0-or-later)',
  'Apache-2.0 AND MIT',
  'CC-BY-4.0',
  'CC0-1.0',
  'MPL-2.0',
  'WTFPL',
];
/** Say it in their files alone: both are MIT. */
const UNSAID = ['node_modules/httpntlm', 'node_modules/stack-trace'];

/** npm takes what the page is bundled of for tools, too. */
const isBundled = (path: string): boolean => /^node_modules\/(preact|preact-iso|anser|d3-[a-z]+)$/.test(path);

const foreign = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true);
const isTool = ([path, { dev = false, devOptional = false }]: (typeof foreign)[number]): boolean =>
  (dev || devOptional) && !isBundled(path);
const other = (some: typeof foreign, allowed: readonly string[]): readonly string[] =>
  some
    .filter(([path, { license }]) => (license === undefined ? !UNSAID.includes(path) : !allowed.includes(license)))
    .map(([path, { license }]) => `${path}: ${license ?? 'no licence'}`);

it('ships packages whose licences are on the list, and no others', () => {
  const shipped = foreign.filter((one) => !isTool(one));
  expect(shipped.map(([path]) => path)).toEqual(
    expect.arrayContaining(['node_modules/cdk8s', 'node_modules/fastify', 'node_modules/preact']),
  );
  expect(other(shipped, SHIPPED)).toEqual([]);
});

it('uses tools whose licences are on the list, and no others', () =>
  expect(other(foreign.filter(isTool), TOOLS)).toEqual([]));

it('lets no package run a program where it is installed: none needs to', () => {
  const { allowScripts } = z
    .object({ allowScripts: z.record(z.string(), z.literal(false)) })
    .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  const names = foreign
    .filter(([, { hasInstallScript = false }]) => hasInstallScript)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(Object.keys(allowScripts)).toEqual([...new Set(names)].sort());
});
