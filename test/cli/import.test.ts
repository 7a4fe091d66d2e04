import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ORIGINAL } from '../original/original';
import { inProcess } from '../support/cli';

let from: string;
let root: string;
const run = (...args: string[]) => inProcess(['import', '--from', from, ...args], root);

beforeEach(() => {
  [from, root] = ['from', 'to'].map((name) => mkdtempSync(join(tmpdir(), `tekton-dag-import-${name}-`))) as [
    string,
    string,
  ];
  for (const [path, text] of ORIGINAL) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), text);
  }
});
afterEach(() => [from, root].forEach((folder) => rmSync(folder, { recursive: true, force: true })));

it('writes, and says what it could not carry', async () => {
  const { status, stdout } = await run();
  expect(status).toBe(0);
  expect(stdout).toMatch(/^wrote teams\/travel\/team\.ts$/m);
  expect(stdout).toMatch(/^16 things did not come along:$/m);
  expect(stdout).toMatch(/^ {2}tasks\/lint-all\.yaml: a Task of your own/m);
  expect(readFileSync(join(root, 'stacks/travel.yaml'), 'utf8')).toBe(ORIGINAL.get('stacks/travel.yaml'));
});

it('can be run again, and writes over nothing else', async () => {
  await run();
  expect(await run()).toMatchObject({ status: 0 });
  writeFileSync(join(root, 'stacks/travel.yaml'), 'name: other\n');
  rmSync(join(root, 'teams'), { recursive: true });
  expect(await run()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^stacks\/travel\.yaml: is there already/),
  });
  expect(existsSync(join(root, 'teams'))).toBe(false);
});

it('writes nothing on a dry run', async () => {
  expect(await run('--dry-run')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('would write stacks/travel.yaml'),
  });
  expect(existsSync(join(root, 'stacks'))).toBe(false);
});

it('refuses a folder of another kind', async () => {
  rmSync(join(from, 'stacks'), { recursive: true });
  expect(await run()).toMatchObject({ status: 2, stderr: expect.stringContaining('no folder stacks/') });
});
