import type { Case } from './case';

export const REGISTRY: readonly Case[] = [
  [
    'a text for a mapping',
    `repos:
  web: stack-one.yaml
`,
    ['f.yaml:2:8: repos.web: wrong type (found "stack-one.yaml"; expected a mapping with stack and role)'],
  ],
  [
    'a misspelt key',
    `repos:
  web: { stak: shop.yaml }
`,
    ['f.yaml:2:10: repos.web.stak: unknown key (did you mean stack?)'],
  ],
  [
    'a missing stack',
    `repos:
  web: { role: frontend }
`,
    ['f.yaml:2:8: repos.web.stack: is missing (expected a stack file beside the registry, such as checkout.yaml)'],
  ],
  [
    'a repository with its owner',
    `repos:
  acme/web: { stack: shop.yaml }
`,
    [
      'f.yaml:2:3: repos["acme/web"]: the name is malformed (found "acme/web"; expected the name of a repository without its owner)',
    ],
  ],
  [
    'a list',
    `repos: []
`,
    ['f.yaml:1:8: repos: wrong type (found an empty list; expected a mapping)'],
  ],
  [
    'a role that is no label',
    `repos:
  web: { stack: shop.yaml, role: front end }
`,
    [
      'f.yaml:2:34: repos.web.role: the value is malformed (found "front end"; expected letters, digits, -, _ and ., at most 63, first and last a letter or digit: it becomes a label)',
    ],
  ],
  [
    'a repository given twice',
    `repos:
  web: { stack: shop.yaml }
  web: { stack: other.yaml }
`,
    ['f.yaml:3:3: repos.web: the key is given twice; the other is in line 2'],
  ],
  [
    'two stacks',
    `repos:
  web: { stack: [a.yaml, b.yaml] }
`,
    [
      'f.yaml:2:17: repos.web.stack: wrong type (found a list; expected a stack file beside the registry, such as checkout.yaml)',
    ],
  ],
  [
    'an empty name, a foreign key',
    `repos:
  web: { stack: "" }
stacks: {}
`,
    [
      'f.yaml:2:17: repos.web.stack: is empty (found ""; expected a stack file beside the registry, such as checkout.yaml)',
      'f.yaml:3:1: stacks: unknown key (expected repos)',
    ],
  ],
  [
    'an open brace',
    `repos:
  web: { stack: shop.yaml
`,
    [
      'f.yaml:3:1: not YAML: flow map in block collection must be sufficiently indented and end with a }; close the bracket or brace above, and indent what is in it further than the key, with spaces',
    ],
  ],
];
