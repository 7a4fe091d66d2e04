import type { Case } from './case';

export const NONE: readonly Case[] = [
  ['an empty file', ``, ['f.yaml: the file is empty']],
  [
    'a list',
    `- a`,
    [
      'f.yaml:1:1: of none of the known formats (found no mapping; expected a stack (apps as a list), a team (stacks, cluster), a cluster (imageRegistry, ingress, quota, network), versions (apps as a mapping) or a registry (repos))',
    ],
  ],
  [
    'foreign keys',
    `foo: 1
bar: 2
`,
    [
      'f.yaml:1:1: of none of the known formats (found the keys foo and bar; expected a stack (apps as a list), a team (stacks, cluster), a cluster (imageRegistry, ingress, quota, network), versions (apps as a mapping) or a registry (repos))',
    ],
  ],
  [
    'two documents',
    `a: 1
---
b: 2
`,
    ['f.yaml:3:1: holds more than one YAML document; keep one to a file'],
  ],
  [
    'an alias of nothing',
    `*x`,
    ['f.yaml:1:1: not YAML: unidentified alias "x"; a text that starts with * needs quotes'],
  ],
];
