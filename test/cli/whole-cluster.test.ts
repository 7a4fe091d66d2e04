import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { example, page } from '../support/docs';
import { Folder, ROOT } from './folder';

/** The cluster that docs/platform.md sets up from beginning to end: each command of it works, in its order. */

const FILE = 'clusters/eu.yaml';
const STEPS = page('platform.md').split('## A whole cluster\n')[1]!.split(/^## /m)[0]!;
const COMMANDS = [...STEPS.matchAll(/`npx tekton-dag ([^`]+)`/g)].map(([, words = '']) => words);

it('is described, planned and written, and names what it needs of others', async () => {
  const folder = new Folder();
  try {
    const text = example('platform.md', FILE);
    const { tekton, results } = load(text) as Record<'tekton' | 'results', { release: string }>;
    folder.write(FILE, text);
    mkdirSync(join(folder.path, 'vendor'));
    copyFileSync(join(ROOT, 'test/fixtures/tekton/release.yaml'), join(folder.path, tekton.release));
    copyFileSync(join(ROOT, 'test/fixtures/tekton/results.yaml'), join(folder.path, results.release));

    const [teamNew, ...others] = COMMANDS;
    expect(await folder.run(...teamNew!.split(' '))).toMatchObject({ status: 0 });
    expect(await folder.run('synth')).toMatchObject({ status: 0 });
    expect(readdirSync(join(folder.path, 'dist/install/eu'))).toEqual([
      '00-namespaces.yaml',
      '10-definitions.yaml',
      '20-settings.yaml',
      '30-webhook.yaml',
      '40-controllers.yaml',
      '50-observability.yaml',
      '60-queue.yaml',
      '80-results.yaml',
      '90-results-access.yaml',
    ]);
    const said = [];
    // doctor asks a cluster
    for (const command of others.filter((words) => !words.startsWith('doctor'))) {
      const { status, stdout } = await folder.run(...command.split(' '));
      expect({ command, status }).toEqual({ command, status: 0 });
      said.push(stdout);
    }
    expect(said.join('')).toContain('1. install the one Tekton at 1.15.0');
    expect(said.join('')).toContain('the entry eu/tekton-results-postgres of store vault');
  } finally {
    folder.remove();
  }
});
