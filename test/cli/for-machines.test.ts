import { Folder, teamFile } from './folder';

/** What commands say to programs that call them: `--quiet`, `--format json`, `--version`. */

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.fleet('a');
});
afterEach(() => folder.remove());

describe('--quiet', () => {
  it('leaves out warnings and what was done, and is forgotten by the next command', async () => {
    expect(await folder.run('synth', '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await folder.run('--quiet', 'validate', 'stacks/a.yaml')).toEqual({ status: 0, stdout: '', stderr: '' });
    const { stdout, stderr } = await folder.run('synth');
    expect(stdout).toMatch(/^1 team, /);
    expect(stderr).toMatch(/^warning: /);
  });

  it('keeps errors, answers and exit codes', async () => {
    expect((await folder.run('graph', 'a', '--quiet')).stdout).toContain('flowchart');
    folder.write('teams/a/team.yaml', teamFile('a', 'nam: b\n'));
    expect(await folder.run('synth', '--quiet')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^teams\/a\/team\.yaml:7:1: nam: /),
    });
  });
});

describe('--format json', () => {
  const json = async (...args: readonly string[]): Promise<{ status: number | null; answer: unknown }> => {
    const { status, stdout, stderr } = await folder.run(...args, '--format', 'json');
    expect(stderr).toBe('');
    return { status, answer: JSON.parse(stdout) };
  };

  it('of validate has each file with its format and its problems', async () => {
    folder.write('teams/a/team.yaml', teamFile('a', 'nam: b\n'));
    expect(await json('validate', 'stacks/a.yaml', 'teams/a/team.yaml')).toEqual({
      status: 1,
      answer: [
        { file: 'stacks/a.yaml', format: 'stack', problems: [] },
        {
          file: 'teams/a/team.yaml',
          format: 'team',
          problems: expect.arrayContaining([
            expect.objectContaining({ line: 7, column: 1, path: 'nam', severity: 'error', suggestion: 'name' }),
          ]),
        },
      ],
    });
    expect((await json('validate', 'stacks/a.yaml')).status).toBe(0);
  });

  it('of team secrets has each Secret, and the lines that make it', async () => {
    const { status, answer } = await json('team', 'secrets', 'a');
    expect(status).toBe(0);
    expect(answer).toEqual([
      {
        cluster: 'prod',
        secrets: expect.arrayContaining([
          expect.objectContaining({
            namespace: 'team-a',
            name: 'github-token',
            keys: ['token'],
            create: [expect.stringMatching(/^kubectl create secret generic github-token --namespace=team-a /)],
          }),
        ]),
      },
    ]);
  });

  it('of cluster secrets has each cluster', async () => {
    folder.write('clusters/prod.yaml', 'name: prod\norchestrator: { replicas: 1 }\n');
    const { answer } = await json('cluster', 'secrets', '--cluster', 'prod');
    expect(answer).toEqual([{ cluster: 'prod', secrets: expect.any(Array) }]);
  });
});

it('--version prints the version alone', async () => {
  expect(await folder.run('--version')).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});
