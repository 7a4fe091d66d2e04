import { validateFile } from '../../lib/fleet/formats';
import { formatProblem } from '../../lib/words/problem';

/** Text that YAML reads as something else, and quantities that Kubernetes reads as others than were meant. */

const told = (text: string): readonly string[] =>
  validateFile({ file: 'f.yaml', text })
    .problems.filter(({ severity }) => severity === 'error')
    .map(formatProblem);
const stack = (more: string, app = ''): string =>
  `name: shop\n${more}apps:\n  - name: api\n    repo: acme/api\n    propagation-role: terminal\n${app}`;
const team = (more: string): string =>
  `name: shop\nnamespace: team-shop\ncluster: c\nimageRegistry: r.example.com/shop\nstacks: [stacks/a.yaml]\n${more}`;

describe('a plain scalar where text is due', () => {
  it.each([
    ['0022', '22'],
    ['09876', '9876'],
    ['1e3', '1000'],
    ['0x1f', '31'],
    ['0o17', '15'],
    ['1.10', '1.1'],
    ['+1', '1'],
    ['.5', '0.5'],
    ['-0', '0'],
    ['.inf', 'Infinity'],
    ['12345678901234567890', '12345678901234567000'],
    ['True', 'true'],
    ['~', 'nothing'],
  ])('%s in env is refused: it reads %s', (written, reads) =>
    expect(told(stack('', `    env: { A: ${written} }\n`))).toEqual([
      `f.yaml:6:15: apps[0].env.A: reads as ${reads}, not as the text ${written}: put it in quotes (found ${written}; did you mean "${written}"?)`,
    ]),
  );

  it.each(['22', '1.5', 'true', 'yes', 'NO', '2024-01-01', '12:30:45', '1_000', '"0022"', "'~'", '1.2.3'])(
    '%s in env is taken as it stands',
    (written) => expect(told(stack('', `    env: { A: ${written} }\n`))).toEqual([]),
  );

  it.each([
    ['a port', stack('', '    container-port: 010\n'), 'reads as 10 (found 010; did you mean 10?)'],
    ['a number of pods', stack('', '    replicas: 010\n'), 'reads as 10 (found 010; did you mean 10?)'],
    ['a build', stack('', '    build: { tool: npm, env: { V: 1.10 } }\n'), 'not as the text 1.10'],
    ['a version of a language', stack('', '    build: { tool: pip, python-version: 3.10 }\n'), 'not as the text 3.10'],
    ['a name', stack('', '').replace('name: api', 'name: 1e3'), 'not as the text 1e3'],
    ['a list', stack('', '    downstream: [0x1f]\n'), 'not as the text 0x1f'],
    ['a team', team('platform: { revision: 1.10 }\n'), 'not as the text 1.10'],
    ['versions', 'apps: { api: { version: 1.10 } }\n', 'not as the text 1.10'],
    ['a cluster', 'name: prod\nimageRegistry: r.example.com\ntektonVersion: 1.10\n', 'not as the text 1.10'],
    ['a registry', 'repos: { api: { stack: 0x10 } }\n', 'not as the text 0x10'],
    ['what an alias stands for', stack('', '    env: &e { A: 010 }\n    build: { tool: npm, env: *e }\n'), 'text 010'],
    ['what is merged in', stack('', '    env:\n      <<: { A: 010 }\n'), 'text 010'],
  ])('is refused in %s', (_what, text, expected) => expect(told(text)).toEqual([expect.stringContaining(expected)]));

  it('is refused where an entry would disappear', () =>
    expect(told(stack('', '    env:\n      A:\n'))).toEqual([
      'f.yaml:7:7: apps[0].env.A: has no value: write "" for the empty text, or remove it',
    ]));

  it('is refused with the remedy where its text would read back', () =>
    expect(told(stack('', '').replace('name: api', 'name: 42'))[0]).toContain('put it in quotes'));
});

describe('a quantity', () => {
  const limits = (text: string): string => stack('', `    resources: { limits: { ${text} } }\n`);
  it.each([
    [limits('memory: 512m'), 'm is a thousandth of a byte', '512Mi'],
    [limits('memory: 512'), 'is less than 1Mi', '512Mi'],
    [limits('memory: 512MB'), 'the value is malformed', '512Mi'],
    [limits('memory: 2g'), 'the value is malformed', '2Gi'],
    [limits('memory: 4Ki'), 'is less than 1Mi', '4Mi'],
    [limits('cpu: 2Gi'), 'Gi is a unit of bytes, and cores are due', '2'],
    [limits('cpu: 500 m'), 'the value is malformed', '500m'],
    [limits('cpu: 250M'), 'M is a unit of bytes, and cores are due', '250m'],
    [team('quota: { cpu: 64Gi }\n'), 'Gi is a unit of bytes, and cores are due', '64'],
    [team('quota: { memory: 64 }\n'), 'is less than 1Mi', '64Mi'],
    [team('quota: { storage: 500 }\n'), 'is less than 1Mi', '500Gi'],
    [team('storage: { cache: { size: 20 } }\n'), 'is less than 1Mi', '20Gi'],
    [team('storage: { reports: { size: 20m } }\n'), 'm is a thousandth of a byte', '20Mi'],
  ])('%#: that means another than was meant is refused', (text, message, suggestion) => {
    expect(told(text)).toEqual([expect.stringContaining(message)]);
    expect(told(text)[0]).toContain(`did you mean ${suggestion}?`);
  });

  it.each([
    limits('cpu: 500m, memory: 512Mi'),
    limits('cpu: 2, memory: 1.5Gi'),
    limits('cpu: 0.5, memory: 536870912'),
    team('quota: { cpu: 64, memory: 256Gi, storage: 1Ti }\nstorage: { cache: { size: 20Gi } }\n'),
  ])('%# as Kubernetes means it is taken', (text) => expect(told(text)).toEqual([]));

  it('of so many cores that thousandths were probably meant is told', () =>
    expect(validateFile({ file: 'f.yaml', text: limits('cpu: 500') }).problems.map(formatProblem)).toContainEqual(
      expect.stringContaining('apps[0].resources.limits.cpu: 500 whole cores for one pod (did you mean 500m?)'),
    ));
});

it.each([
  ['team', team('').replace('r.example.com/shop', 'docker.io/acme')],
  ['team', team('pushRegistry: index.docker.io/acme\n')],
  ['stack', stack('defaults: { image-registry: docker.io/acme }\n')],
  ['cluster', 'name: prod\nimageRegistry: registry-1.docker.io\n'],
  ['team', team('').replace('r.example.com/shop', 'acme')],
  ['team', team('').replace('r.example.com/shop', 'example/market')],
  ['team', team('pushRegistry: acme\n')],
  ['stack', stack('defaults: { image-registry: acme/market }\n')],
  ['cluster', 'name: prod\nimageRegistry: registry\n'],
])('Docker Hub, which has no nested names, is refused as the registry of a %s', (_what, text) =>
  expect(told(text)).toEqual([expect.stringContaining('Docker Hub has no nested names')]),
);

it.each(['localhost', 'localhost/acme', 'registry:5000', 'r.example.com', '10.0.0.1/acme'])(
  '%s is a host, and so no account of Docker Hub',
  (registry) => expect(told(team('').replace('r.example.com/shop', registry))).toEqual([]),
);

it('the path of a team below its registry is no account of Docker Hub, and an account is told from a host', () => {
  expect(told(stack("defaults: { image-registry: '${IMAGE_REGISTRY}/a' }\n"))).toEqual([]);
  expect(told(team('').replace('r.example.com/shop', 'example/market'))).toEqual([
    expect.stringContaining('example is not a host, which has a dot or a port, but an account of Docker Hub; '),
  ]);
});
