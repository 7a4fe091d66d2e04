import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWN_VERSION } from '../lib/words/own-version';
import { inProcess } from './support/cli';
import { EXAMPLES, changesOf, examples, goldenOf } from './support/examples';

/** Each folder of examples/ is a repository that works alone; docs/extending.md shows them. */

describe.each(examples())('examples/%s', (name) => {
  const read = (file: string): string => readFileSync(join(EXAMPLES, name, file), 'utf8');

  // after an intended change: npm run examples
  it('changes what its file says', async () => {
    expect(await changesOf(name, (root) => inProcess(['synth'], root))).toBe(readFileSync(goldenOf(name), 'utf8'));
  });

  it('depends on this version', () => {
    expect(JSON.parse(read('package.json'))).toMatchObject({ name, dependencies: { 'tekton-dag': OWN_VERSION } });
  });

  it('is shown as it is', () => {
    expect(readFileSync(join(EXAMPLES, '../docs/extending.md'), 'utf8')).toContain(
      `\`\`\`ts\n// examples/${name}/fleet.ts\n${read('fleet.ts')}\`\`\`\n`,
    );
  });
});

it('has its own task in the run of a pull request for the apps that this changes, and for no others', async () => {
  const { status, stdout } = await inProcess(
    [
      'run',
      'pr-test',
      '--team',
      'shop',
      '--stack',
      'shop',
      '--app',
      'prices',
      '--pr',
      '42',
      '--revision',
      '4f2c9d1',
      '-o',
      'json',
    ],
    join(EXAMPLES, 'own-task'),
  );
  expect(status).toBe(0);
  const { spec } = JSON.parse(stdout) as { spec: { pipelineSpec: { tasks: { name: string }[] } } };
  const names = spec.pipelineSpec.tasks.map((task) => task.name).filter((task) => task.startsWith('licences-'));
  expect(names).toEqual(['licences-prices']);
});
