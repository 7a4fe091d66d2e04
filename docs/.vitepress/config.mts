import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { groupsOf } from './groups.mts';
import { withoutOutsideLinks } from './outside-links.mts';

/** The documentation as a site: static files, with a search of its own, and nothing from elsewhere. `npm run docs` builds it. */

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const index = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');

/** A test checks links to headings by this rule. */
const asOnGitHub = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replace(/ /g, '-');

export default defineConfig({
  title: 'tekton-dag',
  description: 'Teams and stacks as typed data, Tekton pipelines as plain YAML',
  srcDir: '..',
  // pages link to the README and to CONTRIBUTING.md, so the site has these, too
  srcExclude: ['build/**', 'examples/**', 'orchestrator/**', 'test/**'],
  // addresses that kind:up opens on the reader's machine
  ignoreDeadLinks: 'localhostLinks',
  rewrites: { 'README.md': 'index.md', ':folder(.*)/README.md': ':folder/index.md' },
  outDir: '../build/site',
  cacheDir: '../build/vitepress',
  cleanUrls: false,
  lastUpdated: false,
  markdown: { config: withoutOutsideLinks, anchor: { slugify: asOnGitHub } },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Onboarding', link: '/docs/onboarding' },
      { text: 'Glossary', link: '/docs/glossary' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
    sidebar: groupsOf(index),
    outline: { level: [2, 3] },
  },
});
