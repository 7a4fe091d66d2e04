import { teamSchema } from '../../../../lib/fleet/team';
import { BUILT_IN, imageKey, versionsOf } from '../../../../lib/fleet/toolchains';
import { resolveImages } from '../../../../lib/output/tasks/shared/images';
import { team } from '../../team/model';

const images = (
  over: { mirror?: string; overrides?: Record<string, string> } = {},
  orchestrator: { image?: string } = {},
) => resolveImages(team({ images: over, orchestrator }));
const KEYS = [
  'git',
  'registry',
  'kubectl',
  'buildah',
  'buildkit',
  'kaniko',
  'composer',
  'newman',
  'playwright',
  'artillery',
  'trivy',
  'platform',
  'haproxy',
  'orchestrator',
];
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  npm: ['20', '22', '24', '26'],
  maven: ['8', '11', '17', '21', '25'],
  gradle: ['8', '11', '17', '21', '25'],
  pip: ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'],
  composer: ['8.1', '8.2', '8.3', '8.4', '8.5'],
};
const toolchains = BUILT_IN.flatMap((toolchain) =>
  VERSIONS[toolchain.name]!.map((version) => imageKey(toolchain, version)),
);

it.each([...KEYS, ...toolchains])('%s is one exact version of a registry that is named', (key) => {
  expect(images()(key)).toMatch(
    /^[a-z0-9.-]+\.[a-z]+\/[a-z0-9./_-]+:v?\d+\.\d+\.\d+[a-z0-9.-]*(@sha256:[0-9a-f]{64})?$/,
  );
});

it.each(toolchains)('%s is of that version of the language', (key) => {
  const [, version = ''] = /-([^-]+)$/.exec(key) ?? [];
  expect(images()(key)).toMatch(new RegExp(`(:|jdk|temurin-)${version.replace('.', '\\.')}([.@]|$)`));
});

it.each(BUILT_IN)('knows what $name gets that asks for no version', (toolchain) => {
  expect(versionsOf(toolchain)).toContain(toolchain.defaultVersion);
  expect(versionsOf(toolchain)).toEqual(expect.arrayContaining(VERSIONS[toolchain.name]!));
});

it('has no image for other words, unless the team adds one', () => {
  expect(() => images()('node-23')).toThrow(
    expect.objectContaining({
      code: 'unknown-image',
      message: expect.stringContaining("'node-23'") as string,
    }) as Error,
  );
  expect(images({ overrides: { 'node-23': 'example.com/node:23.1.0' } })('node-23')).toBe('example.com/node:23.1.0');
});

it('takes every image of the table from the mirror of the team, and single ones from where it says', () => {
  const mirrored = images({ mirror: 'mirror.example.com/hub', overrides: { git: 'example.com/git:1.0.0' } });
  expect(mirrored('buildah')).toMatch(/^mirror\.example\.com\/hub\/buildah\/stable:/);
  expect(mirrored('git')).toBe('example.com/git:1.0.0');
});

it('takes the orchestrator from its own setting', () => {
  const image = 'example.com/orchestrator:2.0.0';
  expect(images({}, { image })('orchestrator')).toBe(image);
  expect(images({ overrides: { orchestrator: 'example.com/other:1' } }, { image })('orchestrator')).toBe(image);
});

it('has an image for every backend that a team may choose', () => {
  for (const backend of teamSchema.shape.build.unwrap().shape.backend.unwrap().options)
    expect(images()(backend)).toContain(':');
});

it("takes the program of releases from a team's own image of the orchestrator, unless the team names another", () => {
  const own = 'r.example.com/orchestrator:1.2.3';
  expect(images({}, { image: own })('tools')).toBe(own);
  expect(images({ overrides: { tools: 'r.example.com/tools:1.0.0' } }, { image: own })('tools')).toBe(
    'r.example.com/tools:1.0.0',
  );
});
