import { tektonDag } from '../support/cli';
import { Folder } from './folder';

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

it.each([
  [[]],
  [['nonsense']],
  [['synth', '--nonsense']],
  [['graph']],
  [['run', 'deploy', '--stack', 's']],
  [['run', 'bootstrap']],
  [['graph', 's', '--format', 'png']],
  [['validate']],
])('%j is wrong: exit 2, and no stack trace', async (args) => {
  const { status, stderr } = await folder.run(...args);
  expect(status).toBe(2);
  expect(stderr).not.toMatch(/^\s+at /m);
});

it.each(['synth', 'validate', 'graph', 'run', 'kind', 'image', 'import-crds'])(
  '%s --help shows an example',
  async (command) => {
    const { status, stdout } = await folder.run(command, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples?:\n\s+\$ np[mx] /);
  },
);

/** All else runs in the process of the tests. */
it.each<[number, readonly string[], RegExp]>([
  [0, ['--help'], /^$/],
  [1, ['validate', 'nowhere.yaml'], /nowhere\.yaml/],
  [2, ['nonsense'], /unknown command 'nonsense'/],
])('a process ends with %d after %j', (expected, args, said) => {
  const { status, stderr } = tektonDag(args, { cwd: folder.path });
  expect(status).toBe(expected);
  expect(stderr).toMatch(said);
  expect(stderr).not.toMatch(/^\s+at /m);
});
