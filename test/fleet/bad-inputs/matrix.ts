import type { Case } from './case';

export const MATRIX: readonly Case[] = [
  [
    'keys and values of a matrix that mean nothing',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    build: { tool: npm }
    tests:
      unit: npm test
      playwright: e2e
      matrix:
        unit:
          node-versoin: ["20"]
          java-version: ["21"]
          HOME: [a]
          database: [x]
          RESULT_X: [x]
          DB: []
          MODE: [a, a]
          WAY: [{ a: b }]
        playwright: { node-version: ["20"], platform: [arm64] }
        postman: { X: [\$(id)], UID: ["0"] }
`,
    [
      'f.yaml:12:11: apps[0].tests.matrix.unit.node-versoin: is not a key of a matrix (expected node-version, java-version, python-version, php-version, version, platform, include or exclude, or the name of a variable in capital letters; did you mean node-version?)',
      'f.yaml:13:11: apps[0].tests.matrix.unit.java-version: npm is asked for its version by node-version (did you mean node-version?)',
      'f.yaml:14:11: apps[0].tests.matrix.unit.HOME: is a variable that tells the shell, or the steps of tests, something else (expected another name, such as TEST_HOME)',
      'f.yaml:15:11: apps[0].tests.matrix.unit.database: is not a key of a matrix (expected node-version, java-version, python-version, php-version, version, platform, include or exclude, or the name of a variable in capital letters)',
      'f.yaml:16:11: apps[0].tests.matrix.unit.RESULT_X: is a variable that tells the shell, or the steps of tests, something else (expected another name, such as TEST_RESULT_X)',
      'f.yaml:17:15: apps[0].tests.matrix.unit.DB: is empty (expected at least one value)',
      'f.yaml:18:21: apps[0].tests.matrix.unit.MODE[1]: "a" is listed twice',
      'f.yaml:19:16: apps[0].tests.matrix.unit.WAY: is a list of mappings (expected a list of values: only include and exclude have such)',
      'f.yaml:20:23: apps[0].tests.matrix.playwright.node-version: only unit tests run in a version of the language: playwright tests have an image of their own',
      'f.yaml:20:56: apps[0].tests.matrix.playwright.platform[0]: is not a platform (found "arm64"; expected a platform such as linux/arm64)',
      'f.yaml:21:24: apps[0].tests.matrix.postman.X[0]: holds $( or $$, which Tekton and Kubernetes substitute (found "$(id)"; expected text without them, or set in a script of the repository)',
      'f.yaml:21:32: apps[0].tests.matrix.postman.UID: is a variable that tells the shell, or the steps of tests, something else (expected another name, such as TEST_UID)',
    ],
  ],
  [
    'combinations that are not there, are there already, or none',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    build: { tool: npm }
    tests:
      unit: npm test
      playwright: e2e
      postman: a.json
      artillery: load.yml
      matrix:
        unit:
          node-version: ["20", "22"]
          DB: [a, b]
          include: [{ node-version: "20", DB: a }, { node-version: "18" }, { DB: c, nod-version: "18" }, 18]
          exclude: [{ DB: c }, { MODE: x }]
        playwright: { BROWSER: [a, b], exclude: [{ BROWSER: a }, { BROWSER: b }] }
        postman: { include: [{ MODE: x }] }
        artillery: {}
`,
    [
      'f.yaml:16:21: apps[0].tests.matrix.unit.include[0]: is a combination that is there already: remove it',
      'f.yaml:16:52: apps[0].tests.matrix.unit.include[1]: has no value for DB (expected a value for node-version and DB)',
      'f.yaml:16:76: apps[0].tests.matrix.unit.include[2]: has no value for node-version (expected a value for node-version and DB)',
      'f.yaml:16:85: apps[0].tests.matrix.unit.include[2].nod-version: the matrix has no list of this key (did you mean node-version?)',
      'f.yaml:16:106: apps[0].tests.matrix.unit.include[3]: is not a mapping (found 18; expected a value for node-version and DB)',
      'f.yaml:17:21: apps[0].tests.matrix.unit.exclude[0]: leaves out nothing: no combination has these values',
      'f.yaml:17:34: apps[0].tests.matrix.unit.exclude[1].MODE: the matrix has no list of this key (expected node-version or DB)',
      'f.yaml:18:49: apps[0].tests.matrix.playwright.exclude: leaves out every combination, so that nothing would be tested',
      'f.yaml:19:20: apps[0].tests.matrix.postman.include: there is no list that include could be about: add one, such as node-version',
      'f.yaml:20:20: apps[0].tests.matrix.artillery: is empty (expected a list of values, such as node-version)',
    ],
  ],
  [
    'too many combinations, names that are the same or too long, and bounds that are none',
    `name: shop
apps:
  - name: a-name-of-an-app
    repo: acme/web
    propagation-role: terminal
    build: { tool: npm }
    tests:
      unit: npm test
      playwright: e2e
      postman: a.json
      artillery: load.yml
      matrix:
        unit: { A: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], B: ["1", "2", "3", "4", "5", "6", "7", "8"] }
        playwright: { MODE: [a] }
        postman: { MODE: [a/b, a-b] }
        artillery: { MODE: [a-value-that-takes-more-room-than-there-is-in-the-name-of-a-folder] }
  - name: a-longer-name-of-an-app
    repo: acme/two
    propagation-role: terminal
    tests:
      playwright: e2e
      shards: { playwright: 12, postman: 3 }
      max-parallel: 100
  - name: a-longer-name-of-app
    repo: acme/three
    propagation-role: terminal
    tests: { playwright: e2e, shards: { playwright: 12 } }
  - name: none
    repo: acme/four
    propagation-role: terminal
    tests: { playwright: e2e, shards: { playwright: 0, unit: 65 }, max-parallel: 0 }
`,
    [
      'f.yaml:13:15: apps[0].tests.matrix.unit: makes too many combinations (found 72; expected at most 64: fewer values, or more of exclude)',
      'f.yaml:15:18: apps[0].tests.matrix.postman: two combinations would be called mode-a-b, of which reports are kept apart by name (expected values that differ in letters, digits or dots)',
      'f.yaml:16:20: apps[0].tests.matrix.artillery: a combination would be called mode-a-value-that-takes-more-room-than-there-is-in-the-name-of-a-folder, which is too long (found 71 characters; expected at most 63: shorter values or names, or fewer lists)',
      'f.yaml:17:11: apps[1].name: too long for task test-a-longer-name-of-an-app-playwright-p2-3 (found 23 characters; expected at most 17)',
      'f.yaml:22:33: apps[1].tests.shards.postman: unknown key (expected unit or playwright)',
      'f.yaml:23:21: apps[1].tests.max-parallel: the number is too large (found 100; expected a whole number from 1 to 64)',
      'f.yaml:24:11: apps[2].name: too long for task test-a-longer-name-of-app-playwright-p2-3 (found 20 characters; expected at most 17)',
      'f.yaml:31:53: apps[3].tests.shards.playwright: the number is too small (found 0; expected a whole number from 2 to 64)',
      'f.yaml:31:62: apps[3].tests.shards.unit: the number is too large (found 65; expected a whole number from 2 to 64)',
      'f.yaml:31:82: apps[3].tests.max-parallel: the number is too small (found 0; expected a whole number from 1 to 64)',
    ],
  ],
  [
    'a matrix of what does not run, and shards that nobody divides',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    tests:
      unit: npm test
      matrix: { unit: { DB: [a] }, postman: { MODE: [a] } }
      shards: { playwright: 3 }
      max-parallel: 2
  - name: api
    repo: acme/api
    propagation-role: terminal
    build: { tool: npm }
    tests: { unit: npm test, shards: { unit: 3 } }
`,
    [
      'warning: f.yaml:7:13: apps[0].tests.unit: not used: unit tests run in the toolchain of build.tool (npm, maven, gradle, pip or composer)',
      'warning: f.yaml:8:23: apps[0].tests.matrix.unit: not used: this app has no unit tests (build.tool and tests.unit)',
      'warning: f.yaml:8:45: apps[0].tests.matrix.postman: not used: this app has no postman tests (tests.postman)',
      'warning: f.yaml:9:29: apps[0].tests.shards.playwright: not used: this app has no playwright tests (tests.playwright)',
      'warning: f.yaml:10:21: apps[0].tests.max-parallel: not used: no tests of this app have a matrix or shards',
      'warning: f.yaml:15:46: apps[1].tests.shards.unit: each shard runs all unit tests, unless a script that tests.unit calls reads SHARD_INDEX and SHARD_TOTAL',
    ],
  ],
];
