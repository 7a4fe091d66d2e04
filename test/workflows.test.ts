import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { WORKFLOW } from '../lib/cli/init/texts';

/** The workflows of this repository, and the one that `init` writes. */

const FOLDER = join(__dirname, '../.github/workflows');

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps?: readonly { readonly run?: string }[] }>>;
}

const texts = [
  ...readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const),
  ['of init', WORKFLOW] as const,
];

describe.each(texts)('%s', (_, text) => {
  const { permissions, jobs } = load(text) as Workflow;

  it('names each action by its commit, and for people by its version', () => {
    for (const [line, used] of text.matchAll(/uses: (\S+).*$/gm))
      if (!used!.startsWith('./')) expect(line).toMatch(/^uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may only read unless a job says more', () => expect(permissions).toEqual({ contents: 'read' }));

  it('pastes nothing into a script', () => {
    const scripts = Object.values(jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run }) => run ?? []));
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });
});

it('name one version of each action', () => {
  const commits = new Map<string, Set<string>>();
  for (const [, text] of texts)
    for (const [, action, commit] of text.matchAll(/uses: ([^\s@]+)@(\S+)/g))
      commits.set(action!, (commits.get(action!) ?? new Set()).add(commit!));
  expect([...commits].filter(([, versions]) => versions.size > 1)).toEqual([]);
});
