import { placesIn } from '../../lib/cli/code-places';
import { tektonDag } from '../support/cli';
import { Folder } from './folder';

const MODULE = `import { Team } from 'tekton-dag';
import { common } from '../common';

const STACKS = ['stacks/a.yaml', 'stacks/b.yaml'] as const;
const quota = { cpu: '64Gi', ...common.quota };
const base = { namespace: 'team-a', name: 'base' };
const team = new Team({
  ...base,
  name: 'a',
  stacks: STACKS,
  'cluster': ('prod'),
  quota,
  ['git']: { baseURL: 'x' },
  network: { egressCIDRs: [...common.networks, '10.0.0.0/8'] },
});

export default team;
`;

describe('the place of', () => {
  const placeOf = placesIn(() => MODULE);

  it.each<[string, Parameters<typeof placeOf>[0], string | undefined]>([
    ['all', [], '7:23'],
    ['a literal', ['name'], '9:9'],
    ['what is spread from a constant', ['namespace'], '6:27'],
    ['a constant', ['stacks'], '10:11'],
    ['an element of a constant', ['stacks', 1], '4:34'],
    ['a key in quotes', ['cluster'], '11:14'],
    ['a key in brackets', ['git', 'baseURL'], '13:23'],
    ['a shorthand', ['quota'], '12:3'],
    ['what something unknown may replace', ['quota', 'cpu'], undefined],
    ['an element after unknown ones', ['network', 'egressCIDRs', 1], undefined],
    ['what is not there', ['images'], undefined],
  ])('%s', (_, path, expected) => {
    const place = placeOf(path)?.value;
    expect(place && `${place.line}:${place.column}`).toBe(expected);
  });

  it('a key', () => expect(placeOf(['stacks'])?.key).toEqual({ line: 10, column: 3 }));

  it('the team, where a function makes it', () => {
    const made = placesIn(() => "import { make } from '../make';\n\nexport default make('a');\n");
    expect([made([]), made(['name'])]).toEqual([{ value: { line: 3, column: 16 } }, undefined]);
  });

  it('a constant that leads to itself is none', () => {
    expect(placesIn(() => 'const a = b;\nconst b = a;\nexport default a;\n')([])).toBeDefined();
  });
});

describe('a problem with a team.ts names the line', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    folder.fleet('a');
    folder.remove('teams/a');
  });
  afterEach(() => folder.remove());

  const write = (text: string): string =>
    folder.write('teams/a/team.ts', `import { Team } from 'tekton-dag';\n\n${text}`);
  const told = async (text: string): Promise<string> => {
    write(text);
    const { status, stderr } = await folder.run('synth');
    expect(status).toBe(1);
    return stderr;
  };

  it('of a wrong value, an unknown key, a missing one and an unknown stack', async () => {
    const stderr = await told(`const STACKS: string[] = ['stacks/a.yaml', 'stacks/bee.yaml'];

export default new Team({
  name: 'a',
  cluster: 'prod',
  imageRegistry: 'r.example.com/a',
  maxConcurrentRuns: 0,
  stacks: STACKS,
  colour: 'red',
} as never);
`);
    expect(stderr.split('\n').filter((line) => line.startsWith('teams/'))).toEqual([
      expect.stringMatching(/^teams\/a\/team\.ts:3:44: stacks\[1\]: no such stack file/),
      expect.stringMatching(/^teams\/a\/team\.ts:5:25: namespace: is missing/),
      expect.stringMatching(/^teams\/a\/team\.ts:9:22: maxConcurrentRuns: the number is too small/),
      expect.stringMatching(/^teams\/a\/team\.ts:11:3: colour: unknown key/),
    ]);
  });

  it.each([
    ['throws', "throw new Error('no');\n", /^teams\/a\/team\.ts:3:\d+: cannot be loaded: no$/m],
    [
      'customizes what is not there',
      `export default new Team(
  { name: 'a', namespace: 'team-a', cluster: 'prod', imageRegistry: 'r.example.com/a', stacks: ['stacks/a.yaml'] },
  (objects) => {
    objects[9999]!.addJsonPatch();
  },
);
`,
      /^teams\/a\/team\.ts:6:\d+: customize fails: /m,
    ],
  ])('of code that %s', async (_, text, says) => expect(await told(text)).toMatch(says));

  it('of code that ends the process', () => {
    write('process.exit(0);\n');
    expect(tektonDag(['synth'], { cwd: folder.path })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^teams\/a\/team\.ts:3:\d+: cannot be loaded: it calls process\.exit/m) as string,
    });
  });
});
