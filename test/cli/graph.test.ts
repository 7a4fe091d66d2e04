import { Folder } from './folder';

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

it('draws no file of another kind', async () => {
  folder.fleet('alpha');
  folder.write('stacks/registry.yaml', 'repos: {}\n');
  for (const [file, kind] of [
    ['stacks/registry.yaml', 'registry'],
    ['teams/alpha/team.yaml', 'team'],
  ] as const)
    expect(await folder.run('graph', file)).toMatchObject({
      status: 1,
      stderr: `${file}: is a ${kind} file, not a stack\n`,
    });
});

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
});

it.each([
  ['chekout', "there is no stack 'chekout' (there are: checkout, shop); did you mean 'checkout'?"],
  ['beta', "there is no stack 'beta' (there are: checkout, shop)"],
  [
    'stacks/shop.yml',
    "there is no stack 'stacks/shop.yml' (there are: stacks/checkout.yaml, stacks/shop.yaml); did you mean 'stacks/shop.yaml'?",
  ],
])('says of %s which stacks there are', async (word, says) => {
  folder.fleet('checkout', 'shop');
  folder.write('stacks/registry.yaml', 'repos: {}\n');
  expect(await folder.run('graph', word)).toMatchObject({ status: 2, stderr: `error: ${says}\n` });
});
