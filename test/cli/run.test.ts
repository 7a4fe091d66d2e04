import { load } from 'js-yaml';
import { Folder } from './folder';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.fleet('alpha');
});
afterEach(() => folder.remove());

const made = async (...args: readonly string[]) => {
  const { status, stdout, stderr } = await folder.run('run', ...args, '--stack', 'alpha', '--team', 'alpha');
  expect({ status, errors: stderr.split('\n').filter((line) => line && !line.startsWith('warning')) }).toEqual({ status: 0, errors: [] });
  return load(stdout) as { metadata: { generateName: string; namespace: string }; spec: { params: { name: string; value: unknown }[]; pipelineSpec?: { tasks: { name: string }[] }; pipelineRef?: { name: string } } };
};

it('prints the run, pruned to the apps that it concerns, in our words or the original ones', async () => {
  const pr = await made('pr', '--app', 'api', '--pr', '7', '--revision', 'abc1234');
  expect(pr.metadata).toMatchObject({ generateName: 'pr-7-', namespace: 'team-alpha' });
  expect(pr.spec.pipelineSpec?.tasks.map(({ name }) => name)).toEqual(['build-api', 'preview-api', 'validate-propagation', 'validate-original', 'verdict']);
  expect((await made('stack-bootstrap', '--app', 'fe')).spec.pipelineSpec?.tasks.map(({ name }) => name)).toEqual(['build-fe', 'deploy-fe', 'smoke']);
  expect((await made('merge', '--app', 'api', '--revision', 'abc1234')).metadata.generateName).toBe('release-');
});

it('refers to the Pipeline where that is asked for, and prints JSON', async () => {
  expect((await made('bootstrap', '--by-reference', '-o', 'json')).spec).toMatchObject({ pipelineRef: { name: 'alpha-bootstrap' } });
});

it('refers to it without being asked where the team says that runs do', async () => {
  folder.write('clusters/kind.yaml', '{ name: prod, runs: reference }');
  expect((await made('bootstrap')).spec).toMatchObject({ pipelineRef: { name: 'alpha-bootstrap' } });
});

it.each<[readonly string[], string]>([
  [['pr', '--app', 'apo', '--pr', '7', '--revision', 'a1'], 'did you mean api?'],
  [['pr', '--app', 'api', '--pr', '7'], 'revision'],
  [['pr', '--app', 'api', '--pr', '0', '--revision', 'a1'], 'pr'],
  [['pr', '--app', 'api', '--pr', '7', '--revision', '-x'], 'revision'],
  [['bootstrap', '--intercept-backend', 'gateway'], 'the Pipeline was made for another'],
  [['bootstrap', '--app-revision', 'api'], 'app:value'],
  [['merge', '--revision', 'a1'], 'apps'],
])('%j is refused with the reason', async (args, reason) => {
  const { status, stderr, stdout } = await folder.run('run', ...args, '--stack', 'alpha', '--team', 'alpha');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(reason);
});

it('names the stacks of the team', async () => {
  expect(await folder.run('run', 'bootstrap', '--stack', 'alpa', '--team', 'alpha')).toMatchObject({ status: 2, stderr: expect.stringContaining("there is no stack 'alpa' in team 'alpha' (there are: alpha); did you mean 'alpha'?") });
});

it('wants one of --team and --team-file', async () => {
  expect(await folder.run('run', 'bootstrap', '--stack', 'alpha')).toMatchObject({ status: 2, stderr: expect.stringContaining('--team or --team-file') });
});
