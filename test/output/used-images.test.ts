import { TOOL_IMAGES } from '../../lib/fleet/tool-images';
import { supportEnd } from '../../lib/fleet/support-ends';
import { copiesTo, skopeoCopy, skopeoInspect } from '../../lib/output/image-copies';
import { checkImage } from '../../lib/output/image-problems';
import { synthFleet } from '../../lib/output/synth';
import { inMirror } from '../../lib/output/tasks/shared/images';
import type { UsedImage } from '../../lib/output/used-images';
import { usedImages } from '../../lib/output/used-images';
import { app, fixture, resolve, stackFile, team } from '../fleet/support';

/** Which images an output names, what is wrong with them on a day, and how a mirror gets them. */

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const OVERRIDE = `r.example.com/tools/git:2.47.2@${DIGEST}`;

function imagesOf(...from: Parameters<typeof resolve>): ReadonlyMap<string, UsedImage> {
  const { fleet, said } = resolve(...from);
  if (fleet === undefined) throw new Error(said.join('\n'));
  return new Map(usedImages(fleet, synthFleet(fleet).parts).map((used) => [used.image, used]));
}

const images = imagesOf({
  clusters: [
    {
      file: 'clusters/ci.yaml',
      text: 'name: ci\nresults: { release: vendor/results.yaml, database: { host: db.example.com, tls: { caBundle: { configMap: ca } } } }\n',
    },
  ],
  releases: [{ ...fixture('tekton', 'results.yaml'), file: 'vendor/results.yaml' }],
  teams: [
    team('alpha', ['alpha'], { cluster: 'ci' }),
    team('beta', ['beta'], { cluster: 'ci', images: { mirror: 'm.example.com/hub', overrides: { git: OVERRIDE } } }),
  ],
  stacks: [
    stackFile('alpha', [app('web', 'propagation-role: terminal, build: { tool: npm }')]),
    stackFile('beta', [app('api')]),
  ],
});

it('knows a tool by its key, whose it is, and where its publisher has it', () => {
  const { git, kubectl } = TOOL_IMAGES as Readonly<Record<'git' | 'kubectl', string>>;
  expect(images.get(git)).toEqual({ image: git, kind: 'tool', keys: ['git'], teams: ['alpha'], published: git });
  const mirrored = inMirror(kubectl, 'm.example.com/hub');
  expect(images.get(mirrored)).toMatchObject({ keys: ['kubectl'], teams: ['beta'], published: kubectl });
  expect(images.get(OVERRIDE)).toEqual({ image: OVERRIDE, kind: 'tool', keys: ['git'], teams: ['beta'] });
});

it('knows the image of a toolchain that only tests run in', () => {
  const tested = app(
    'web',
    'propagation-role: terminal, build: { tool: npm }, tests: { unit: npm test, matrix: { unit: { node-version: ["20", "24"] } } }',
  );
  const found = imagesOf({ teams: [team('alpha', ['alpha'])], stacks: [stackFile('alpha', [tested])] });
  for (const key of ['node-20', 'node-22', 'node-24'])
    expect(found.get(TOOL_IMAGES[key]!)).toMatchObject({
      ...{ kind: 'tool', teams: ['alpha'] },
      keys: expect.arrayContaining([key]) as string[],
    });
});

it('knows the image of a toolchain, which is a param of a Task, by the version that a stack asks for', () => {
  expect(images.get(TOOL_IMAGES['node-22']!)).toMatchObject({
    kind: 'tool',
    keys: expect.arrayContaining(['node-22']) as string[],
    teams: ['alpha'],
  });
});

it("knows the images of a release, which are no team's", () => {
  const released = [...images.values()].filter(({ kind }) => kind === 'release');
  expect(released.length).toBeGreaterThan(1);
  expect(released.flatMap(({ teams }) => teams)).toEqual([]);
});

describe('a mirror', () => {
  const copies = copiesTo('m.example.com/hub', [...images.values()]);

  it('gets each tool of the table once, each image of a release, and nothing that a team has in place of a tool', () => {
    const from = copies.map((copy) => copy.from);
    expect(from).toEqual([...new Set(from)].sort());
    expect(from).toContain(TOOL_IMAGES.git);
    expect(from).toContain(TOOL_IMAGES.kubectl);
    expect(from.filter((image) => image === OVERRIDE || image.startsWith('m.example.com'))).toEqual([]);
    for (const { image, kind } of images.values()) if (kind === 'release') expect(from).toContain(image);
  });

  it('has each image where images.mirror of a team looks for it', () => {
    expect(copies).toContainEqual({
      from: TOOL_IMAGES.kubectl,
      to: [...images.keys()].find((image) => image.startsWith('m.example.com/hub/alpine/k8s:')),
    });
  });

  it('has one place for each image of the table', () => {
    const places = [...new Set(Object.values(TOOL_IMAGES))].map((image) => inMirror(image, 'm.example.com'));
    expect(new Set(places).size).toBe(places.length);
  });
});

const pair = (from: string, to: string): readonly string[] => [`docker://${from}`, `docker://${to}`];
it.each([
  ['a/b:1', 'm/b:1', pair('a/b:1', 'm/b:1')],
  ['a:5000/b', 'm/b', pair('a:5000/b', 'm/b')],
  [`a:5000/b:1@${DIGEST}`, `m/b:1@${DIGEST}`, pair(`a:5000/b@${DIGEST}`, 'm/b:1')],
  [`a:5000/b@${DIGEST}`, `m:5000/b@${DIGEST}`, pair(`a:5000/b@${DIGEST}`, `m:5000/b@${DIGEST}`)],
])('reads %s by its digest, and gives %s its tag', (from, to, words) => {
  expect(skopeoCopy({ from, to }).slice(-2)).toEqual(words);
  expect(skopeoInspect(from).at(-1)).toBe(words[0]);
});

describe('on a day', () => {
  const node: UsedImage = {
    image: `r.example.com/node@${DIGEST}`,
    kind: 'tool',
    keys: ['node-22'],
    teams: ['alpha', 'beta'],
  };
  const said = (used: UsedImage, today: string): readonly string[] =>
    checkImage(used, today).map(({ severity, path = '', message }) => `${severity} ${path}: ${message}`);

  it.each([
    ['2027-01-29', []],
    [
      '2027-01-30',
      [
        "warning node-22: this version gets no fixes after 2027-04-30; ask for a newer one in the stacks of teams 'alpha' and 'beta'",
      ],
    ],
    [
      '2027-04-30',
      [
        "warning node-22: this version gets no fixes after 2027-04-30; ask for a newer one in the stacks of teams 'alpha' and 'beta'",
      ],
    ],
    [
      '2027-05-01',
      [
        "error node-22: this version has had no fixes since 2027-04-30; ask for a newer one in the stacks of teams 'alpha' and 'beta'",
      ],
    ],
  ])('%s tells of a version whose end is near or past', (today, expected) =>
    expect(said(node, today)).toEqual(expected),
  );

  it('tells of an image without a digest, but for those that runs deploy by one', () => {
    const plain = { ...node, image: 'r.example.com/git:2.47.2', keys: ['git'] };
    expect(said(plain, '2026-01-01')).toEqual([expect.stringMatching(/^warning : has no digest/)]);
    expect(said({ ...plain, kind: 'app' }, '2026-01-01')).toEqual([]);
  });
});

it('knows the end of each toolchain of the table, as a day', () => {
  const isToolchain = (key: string): boolean => /^(node|maven|gradle|python|php)-/.test(key);
  const ends = Object.keys(TOOL_IMAGES)
    .filter(isToolchain)
    .map((key) => [key, supportEnd(key)]);
  expect(ends.length).toBeGreaterThan(20);
  for (const [key, end] of ends) expect([key, end]).toEqual([key, expect.stringMatching(/^20\d\d-\d\d-\d\d$/)]);
  expect(supportEnd('git')).toBeUndefined();
});
