import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { tektonDag } from '../support/cli';

/** The command line as its users call it: in processes of its own, in folders of their own. */

const ROOT = join(__dirname, '../..');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'cli-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, text: string): string => {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const STACK = `name: checkout
defaults: { namespace: shop-staging }
apps:
  - { name: fe, repo: acme/fe, propagation-role: originator, build: { tool: npm }, downstream: [api] }
  - { name: api, repo: acme/api, propagation-role: terminal, build: { tool: pip } }
`;
const TEAM = (name = 'alpha', more = '') => `name: ${name}\nnamespace: team-${name}\ncluster: prod\nimageRegistry: r.example.com/${name}\nmaxParallelBuilds: 1\nstacks: [stacks/${name}.yaml]\n${more}`;
const fleet = (...names: readonly string[]) => {
  for (const name of names) {
    write(`teams/${name}/team.yaml`, TEAM(name));
    write(`stacks/${name}.yaml`, STACK.replaceAll('checkout', name).replaceAll('shop-staging', `${name}-staging`).replaceAll('acme/', `${name}/`));
  }
};
const tree = (path = 'dist'): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(folder, path), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => [join(entry.parentPath, entry.name).slice(folder.length), readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );
const run = (...args: readonly string[]) => tektonDag(args, { cwd: folder });

describe('usage', () => {
  it.each([[[]], [['nonsense']], [['synth', '--nonsense']], [['graph']], [['run', 'deploy', '--stack', 's']], [['run', 'bootstrap']], [['graph', 's', '--format', 'png']], [['validate']]])('%j is wrong: exit 2, and no stack trace', (args) => {
    const { status, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each(['synth', 'validate', 'graph', 'run', 'import-crds'])('%s --help shows an example', (command) => {
    const { status, stdout } = run(command, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples?:\n\s+\$ np[mx] /);
  });
});

describe('synth', () => {
  it('writes every team, says how much, and the check agrees', () => {
    fleet('alpha', 'beta');
    const { status, stdout } = run('synth');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^2 teams, \d+ objects, \d+ bytes, \d+\.\d s$/m);
    expect(Object.keys(tree()).sort()).toEqual(expect.arrayContaining(['/dist/cluster/tekton-dag.yaml', '/dist/teams/alpha/00-namespace.yaml', '/dist/teams/beta/40-beta.yaml']));
    expect(run('synth', '--check')).toMatchObject({ status: 0, stdout: '' });
  });

  it('lists what differs, is missing and is left over, and writes nothing', () => {
    fleet('alpha');
    run('synth');
    const before = tree();
    write('dist/teams/alpha/20-storage.yaml', before['/dist/teams/alpha/20-storage.yaml']!.replace('20Gi', '21Gi'));
    rmSync(join(folder, 'dist/teams/alpha/10-access.yaml'));
    write('dist/teams/gone/30-tasks.yaml', before['/dist/teams/alpha/30-tasks.yaml']!);
    const changed = tree();
    const { status, stdout } = run('synth', '--check');
    expect(status).toBe(1);
    expect(stdout.trim().split('\n')).toEqual(['dist/teams/alpha/10-access.yaml: missing', 'dist/teams/alpha/20-storage.yaml: differs', 'dist/teams/gone/30-tasks.yaml: left over']);
    expect(tree()).toEqual(changed);
    expect(run('synth').status).toBe(0);
    expect(tree()).toEqual(before);
  });

  it('writes the files of the named team alone', () => {
    fleet('alpha', 'beta');
    run('synth');
    const before = tree();
    for (const name of ['alpha', 'beta']) write(`teams/${name}/team.yaml`, TEAM(name, 'maxConcurrentRuns: 9\n'));
    expect(run('synth', 'alpha').status).toBe(0);
    const changed = Object.keys(before).filter((file) => before[file] !== tree()[file]);
    expect(changed).toEqual(['/dist/teams/alpha/60-orchestrator.yaml']);
    expect(run('synth', 'gamma')).toMatchObject({ status: 2, stderr: expect.stringContaining("there is no team 'gamma' (there are: alpha, beta)") });
  });

  it('leaves the old output untouched when it fails, and names every problem with its place', () => {
    fleet('alpha');
    run('synth');
    const before = tree();
    write('stacks/alpha.yaml', STACK.replace('checkout', 'alpha').replace('tool: npm', 'tool: nmp').replace('[api]', '[apo]'));
    const { status, stderr } = run('synth');
    expect(status).toBe(1);
    expect(stderr).toContain('stacks/alpha.yaml:4:77: apps[0].build.tool:');
    expect(stderr).toMatch(/stacks\/alpha\.yaml:4:\d+: apps\[0\]\.downstream\[0\]: .*apo.*did you mean api\?/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(tree()).toEqual(before);
  });

  it('refuses two definitions of a team, and a team.ts without a team', () => {
    fleet('alpha');
    write('teams/alpha/team.ts', 'export default {};\n');
    expect(run('synth')).toMatchObject({ status: 1, stderr: expect.stringContaining('holds both team.ts and team.yaml; remove one of them') });
    rmSync(join(folder, 'teams/alpha/team.yaml'));
    expect(run('synth')).toMatchObject({ status: 1, stderr: expect.stringContaining('teams/alpha/team.ts: exports no team: export default new Team({ … })') });
    write('teams/alpha/team.ts', 'export default new (;\n');
    const { status, stderr } = run('synth');
    expect(status).toBe(1);
    expect(stderr).toContain('teams/alpha/team.ts: cannot be loaded');
  });

  it('makes team default of the registry where there is no team', () => {
    write('stacks/shop.yaml', STACK);
    write('stacks/registry.yaml', 'repos:\n  fe: { stack: shop.yaml, role: frontend }\n  api: { stack: shop.yaml, role: store }\n');
    expect(run('synth').status).toBe(0);
    expect(existsSync(join(folder, 'dist/teams/default/40-checkout.yaml'))).toBe(true);
  });

  it('takes a team file from anywhere, its stacks below the folder above teams/', () => {
    fleet('alpha');
    const { status } = tektonDag(['synth', '--team-file', join(folder, 'teams/alpha/team.yaml'), '--out', join(folder, 'out')], { cwd: tmpdir() });
    expect(status).toBe(0);
    expect(existsSync(join(folder, 'out/teams/alpha/40-alpha.yaml'))).toBe(true);
  });

  it('leaves the other teams of the folder alone when it takes a team file', () => {
    fleet('alpha', 'beta');
    run('synth');
    const before = tree();
    rmSync(join(folder, 'dist/teams/alpha/10-access.yaml'));
    expect(run('synth', '--team-file', 'teams/alpha/team.yaml').status).toBe(0);
    expect(tree()).toEqual(before);
  });

  it('gives the same bytes in another folder, time zone, locale and order of files', () => {
    fleet('alpha', 'beta');
    expect(tektonDag(['synth'], { cwd: folder, env: { TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } }).status).toBe(0);
    const first = tree();
    cpSync(folder, `${folder}-copy`, { recursive: true });
    try {
      rmSync(join(`${folder}-copy`, 'dist'), { recursive: true });
      expect(tektonDag(['synth', 'beta', 'alpha', '--root', `${folder}-copy`, '--out', join(folder, 'dist')], { cwd: tmpdir(), env: { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' } }).status).toBe(0);
    } finally {
      rmSync(`${folder}-copy`, { recursive: true });
    }
    expect(tree()).toEqual(first);
  });

  it('gives cdk8s users the same bytes', () => {
    const out = join(folder, 'cdk8s');
    const { status, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/cdk8s'), ['synth', '--output', out, '--no-check-upgrade'], { cwd: ROOT, encoding: 'utf8' });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const [ours, theirs] = [join(ROOT, 'dist'), out].map((dir) => Object.fromEntries(readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml')).map((file) => [file, readFileSync(join(dir, file), 'utf8')])));
    expect(theirs).toEqual(ours);
  });
});

describe('a team.ts', () => {
  it('may change what it emits, also fields that no schema knows', () => {
    write('stacks/alpha.yaml', STACK.replace('checkout', 'alpha').replaceAll('acme/', 'alpha/'));
    write(
      'teams/alpha/team.ts',
      `import { JsonPatch, Team } from '${join(ROOT, 'lib')}';
export default new Team(
  { name: 'alpha', namespace: 'team-alpha', cluster: 'prod', imageRegistry: 'r.example.com/alpha', stacks: ['stacks/alpha.yaml'] },
  (objects) => objects.filter(({ kind, name }) => kind === 'Pipeline' && name === 'alpha-verify').forEach((object) => object.addJsonPatch(JsonPatch.add('/spec/novelty', true))),
);
`,
    );
    expect(run('synth').status).toBe(0);
    expect(tree()['/dist/teams/alpha/40-alpha.yaml']).toContain('  novelty: true\n');
  });
});

describe('validate', () => {
  it('recognises each format by its content', () => {
    const files = [write('a.yaml', STACK), write('b.yaml', TEAM()), write('c.yaml', 'apps:\n  fe: { version: 1.0.0-rc.0 }\n'), write('d.yaml', 'repos:\n  fe: { stack: a.yaml, role: x }\n')];
    const { status, stdout } = run('validate', ...files);
    expect(status).toBe(0);
    expect(stdout.trim().split('\n').map((line) => line.replace(/^.*: /, ''))).toEqual(['a valid stack file', 'a valid team file', 'a valid versions file', 'a valid registry file']);
  });

  it('says what is wrong, all at once, and what file is missing', () => {
    const file = write('a.yaml', STACK.replace('repo: acme/fe', 'repos: acme/fe').replace('terminal', 'terminus'));
    const { status, stderr } = run('validate', file);
    expect(status).toBe(1);
    expect(stderr.match(/a\.yaml:\d+:\d+: /g)?.length).toBeGreaterThanOrEqual(2);
    expect(run('validate', 'nowhere.yaml')).toMatchObject({ status: 1, stderr: expect.stringContaining('nowhere.yaml') });
  });
});

describe('a team.ts by itself', () => {
  it('is validated like a team.yaml', () => {
    const module = (more: string) => write('teams/alpha/team.ts', `import { Team } from '${join(ROOT, 'lib')}';\nexport default new Team({ name: 'alpha', namespace: 'team-alpha', cluster: 'prod', imageRegistry: 'r.example.com/a', stacks: ['s.yaml']${more} });\n`);
    expect(run('validate', module(''))).toMatchObject({ status: 0, stdout: expect.stringContaining('a valid team file') });
    const { status, stderr } = run('validate', module(', maxConcurentRuns: 2'));
    expect(status).toBe(1);
    expect(stderr).toContain('did you mean maxConcurrentRuns?');
  });
});

describe('run', () => {
  const made = (...args: readonly string[]) => {
    const { status, stdout, stderr } = run('run', ...args, '--stack', 'alpha', '--team', 'alpha');
    expect({ status, errors: stderr.split('\n').filter((line) => line && !line.startsWith('warning')) }).toEqual({ status: 0, errors: [] });
    return load(stdout) as { metadata: { generateName: string; namespace: string }; spec: { params: { name: string; value: unknown }[]; pipelineSpec?: { tasks: { name: string }[] }; pipelineRef?: { name: string } } };
  };
  beforeEach(() => fleet('alpha'));

  it('prints the run, pruned to the apps that it concerns, in our words or the original ones', () => {
    const pr = made('pr', '--app', 'api', '--pr', '7', '--revision', 'abc1234');
    expect(pr.metadata).toMatchObject({ generateName: 'pr-7-', namespace: 'team-alpha' });
    expect(pr.spec.pipelineSpec?.tasks.map(({ name }) => name)).toEqual(['build-api', 'preview-api', 'validate-propagation', 'validate-original', 'verdict']);
    expect(made('stack-bootstrap', '--app', 'fe').spec.pipelineSpec?.tasks.map(({ name }) => name)).toEqual(['build-fe', 'deploy-fe', 'smoke']);
    expect(made('merge', '--app', 'api', '--revision', 'abc1234').metadata.generateName).toBe('release-');
  });

  it('refers to the Pipeline where that is asked for, and prints JSON', () => {
    expect(made('bootstrap', '--by-reference', '-o', 'json').spec).toMatchObject({ pipelineRef: { name: 'alpha-bootstrap' } });
  });

  it.each<[readonly string[], string]>([
    [['pr', '--app', 'apo', '--pr', '7', '--revision', 'a1'], 'did you mean api?'],
    [['pr', '--app', 'api', '--pr', '7'], 'revision'],
    [['pr', '--app', 'api', '--pr', '0', '--revision', 'a1'], 'pr'],
    [['pr', '--app', 'api', '--pr', '7', '--revision', '-x'], 'revision'],
    [['bootstrap', '--intercept-backend', 'gateway'], 'the Pipeline was made for another'],
    [['bootstrap', '--app-revision', 'api'], 'app:value'],
    [['merge', '--revision', 'a1'], 'apps'],
  ])('%j is refused with the reason', (args, reason) => {
    const { status, stderr, stdout } = run('run', ...args, '--stack', 'alpha', '--team', 'alpha');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(reason);
  });

  it('wants one of --team and --team-file', () => {
    expect(run('run', 'bootstrap', '--stack', 'alpha')).toMatchObject({ status: 2, stderr: expect.stringContaining('--team or --team-file') });
  });
});

describe('graph', () => {
  it('draws in every format, from a file or a name', () => {
    fleet('alpha');
    expect(run('graph', 'alpha').stdout).toContain('flowchart LR');
    expect(run('graph', 'stacks/alpha.yaml', '--format', 'dot').stdout).toContain('"fe" -> "api";');
    expect(JSON.parse(run('graph', 'alpha', '--format', 'json').stdout)).toMatchObject({ entries: ['fe'], order: ['api', 'fe'], reaches: { fe: ['api'] }, reachedBy: { api: ['fe'] } });
    expect(run('graph', 'beta')).toMatchObject({ status: 2 });
  });
});
