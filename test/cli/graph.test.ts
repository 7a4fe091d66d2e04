import { Folder } from './folder';

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

it('draws in every format, from a file or a name', async () => {
  folder.fleet('alpha');
  const drawn = async (...args: readonly string[]) => (await folder.run('graph', ...args)).stdout;
  expect(await drawn('alpha')).toContain('flowchart LR');
  expect(await drawn('stacks/alpha.yaml', '--format', 'dot')).toContain('"fe" -> "api";');
  expect(JSON.parse(await drawn('alpha', '--format', 'json'))).toMatchObject({
    entries: ['fe'],
    order: ['api', 'fe'],
    reaches: { fe: ['api'] },
    reachedBy: { api: ['fe'] },
  });
  expect(await folder.run('graph', 'beta')).toMatchObject({ status: 2 });
});
