import type { Case } from './case';

export const VERSIONS: readonly Case[] = [
  [
    'a number for a version',
    `apps:
  web: { version: 1.0 }
`,
    [
      'f.yaml:2:19: apps.web.version: reads as 1, not as the text 1.0: put it in quotes (found 1.0; did you mean "1.0"?)',
    ],
  ],
  [
    'two parts',
    `apps:
  web: { version: "1.0" }
`,
    [
      'f.yaml:2:19: apps.web.version: the value is malformed (found "1.0"; expected a version in quotes such as "1.4.0" or "1.4.0-rc.2")',
    ],
  ],
  [
    'a missing version',
    `apps:
  web: { last-released: "1.0.0" }
`,
    ['f.yaml:2:8: apps.web.version: is missing (expected a version in quotes such as "1.4.0" or "1.4.0-rc.2")'],
  ],
  [
    'a candidate as last release',
    `apps:
  web: { version: "1.1.0-rc.0", last-released: "1.0.0-rc.3" }
`,
    [
      'f.yaml:2:48: apps.web.last-released: the value is malformed (found "1.0.0-rc.3"; expected a released version in quotes such as "1.3.0")',
    ],
  ],
  [
    'a tag of Git',
    `apps:
  web: { version: v1.0.0 }
`,
    [
      'f.yaml:2:19: apps.web.version: the value is malformed (found "v1.0.0"; expected a version in quotes such as "1.4.0" or "1.4.0-rc.2")',
    ],
  ],
  [
    'a digest cut short',
    `apps:
  web: { version: "1.0.0", digest: "sha256:abc" }
`,
    [
      'f.yaml:2:36: apps.web.digest: the value is malformed (found "sha256:abc"; expected sha256: and 64 hexadecimal digits)',
    ],
  ],
  [
    'a misspelt key',
    `apps:
  web: { version: "1.0.0", lastreleased: "0.9.0" }
`,
    ['f.yaml:2:28: apps.web.lastreleased: unknown key (did you mean last-released?)'],
  ],
  [
    'an app given twice',
    `apps:
  web: { version: "1.0.0" }
  web: { version: "1.1.0" }
`,
    ['f.yaml:3:3: apps.web: the key is given twice; the other is in line 2'],
  ],
  [
    'an app in capitals',
    `apps:
  Web: { version: "1.0.0" }
`,
    [
      'f.yaml:2:3: apps.Web: the name is malformed (found "Web"; expected lower-case letters, digits and single -, at most 27, a letter first, no - last)',
    ],
  ],
  [
    'no mapping, a foreign key',
    `apps:
  web: "1.0.0"
version: 2
`,
    [
      'f.yaml:2:8: apps.web: wrong type (found "1.0.0"; expected a mapping with version, last-released and digest)',
      'f.yaml:3:1: version: unknown key (expected apps)',
    ],
  ],
];
