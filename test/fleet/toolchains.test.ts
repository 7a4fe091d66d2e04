import { Document } from '../../lib/fleet/document';
import { toolchainsOf } from '../../lib/fleet/own-toolchains';
import type { Toolchain } from '../../lib/fleet/toolchains';
import { BUILT_IN, imageKey, toolchainNamed } from '../../lib/fleet/toolchains';
import { resolveImages } from '../../lib/output/tasks/shared/images';
import { usedImages } from '../../lib/output/used-images';
import { synthFleet } from '../../lib/output/synth';
import { formatProblem } from '../../lib/words/problem';
import type { TeamProps } from '../../lib/fleet/team';
import { app, resolve, stackFile, team } from './support';

/** Toolchains of fleet.ts: what they may say, and what stacks and teams make of them. */

const GO = {
  image: 'docker.io/library/golang:1.26.2',
  versions: { '1.25': 'docker.io/library/golang:1.25.9', '1.26': 'docker.io/library/golang:1.26.2' },
  command: 'go build ./...',
  env: { GOCACHE: '/workspace/cache/build' },
  reports: ['**/junit.xml'],
};
const INTERNAL = { image: 'registry.acme.example/tools/own:1.0.0', command: 'make' };

const read = (own: unknown): { readonly toolchains: readonly Toolchain[]; readonly said: readonly string[] } => {
  const { toolchains, problems } = toolchainsOf(new Document('fleet.ts', { toolchains: own, customize: () => {} }));
  return { toolchains, said: problems.map(formatProblem) };
};
const { toolchains } = read({ go: GO, internal: INTERNAL });

const one = (build: string, more = '') =>
  stackFile('one', [app('one', `propagation-role: terminal, build: { ${build} }${more}`)]);
const resolved = (build: string, more = '', over: Partial<TeamProps> = {}) =>
  resolve({ teams: [team('x', ['one'], over)], stacks: [one(build, more)], tables: { toolchains, backends: [] } });

it('are rows beside those that come with the program', () => {
  expect(toolchains.slice(0, BUILT_IN.length)).toEqual(BUILT_IN);
  expect(toolchainNamed(toolchains, 'go')).toMatchObject({ command: GO.command, versionKey: 'version' });
  expect(read(undefined)).toEqual({ toolchains: BUILT_IN, said: [] });
});

it.each([
  [
    { npm: GO },
    'toolchains.npm: is the name of a toolchain or an image that tekton-dag brings (found "npm"; expected another name, such as own-npm)',
  ],
  [{ node: GO }, 'toolchains.node: is the name of a toolchain or an image that tekton-dag brings'],
  [{ git: GO }, 'toolchains.git: is the name of a toolchain or an image that tekton-dag brings'],
  [{ dockerfile: GO }, 'toolchains.dockerfile: is the name of a toolchain or an image'],
  [{ 'go-1': GO }, 'toolchains.go-1: the name is malformed'],
  [{ Go: GO }, 'toolchains.Go: the name is malformed'],
  [
    { go: { ...GO, image: 'golang:1.26.2' } },
    'toolchains.go.image: names no registry (found "golang:1.26.2"; expected an image with its registry',
  ],
  [{ go: { ...GO, image: 'docker.io/library/golang' } }, 'toolchains.go.image: image has no tag'],
  [{ go: { ...GO, versions: { latest: GO.image } } }, 'toolchains.go.versions.latest: the name is malformed'],
  [{ go: { image: GO.image } }, 'toolchains.go.command: is missing'],
  [{ go: { ...GO, command: 'go build $(pwd)' } }, 'toolchains.go.command: holds $( or $$'],
  [{ go: { ...GO, comand: 'x' } }, 'toolchains.go.comand: unknown key (did you mean command?)'],
  [{ go: { ...GO, reports: ['../x'] } }, 'toolchains.go.reports[0]: the value is malformed'],
  [
    { go: { ...GO, env: { PATH: '/x' } } },
    'toolchains.go.env.PATH: is a variable that tells the shell, or the steps of builds',
  ],
  [
    { go: { ...GO, env: { GOCACHE: '/workspace/cache/../../etc' } } },
    'toolchains.go.env.GOCACHE: leaves the folder that is kept between builds (found "/workspace/cache/../../etc"',
  ],
])('%j is refused', (own, says) => expect(read(own).said).toEqual([expect.stringContaining(says)]));

it('may be called as what every object has', () => {
  const own = read({ constructor: GO });
  expect(own.said).toEqual([]);
  const images = resolveImages({ images: { overrides: {} }, orchestrator: {}, toolchains: own.toolchains });
  expect(images('constructor')).toBe(GO.image);
  expect(() => resolveImages({ images: { overrides: {} }, orchestrator: {} })('constructor')).toThrow(
    'no image is known',
  );
});

it('may use the variables of a tool that they replace', () =>
  expect(read({ 'own-maven': { ...GO, env: { MAVEN_ARGS: '-o' } } }).said).toEqual([]));

describe('a stack', () => {
  it('names one, and gets its image, command and version', () => {
    expect(resolved('tool: go').said).toEqual([]);
    expect(resolved('tool: go, version: "1.25"').fleet?.teams[0]?.stacks[0]?.apps[0]?.build).toMatchObject({
      tool: 'go',
      version: '1.25',
    });
  });

  it('is told the name that was meant, and which there are', () => {
    expect(resolved('tool: internl').said).toEqual([
      'stacks/one.yaml:3:77: apps[0].build.tool: no toolchain has this name; toolchains of fleet.ts adds your own (found "internl"; did you mean internal?)',
    ]);
    expect(resolved('tool: bazel').said).toEqual([
      expect.stringContaining('(found "bazel"; expected npm, maven, gradle, pip, composer, go or internal)'),
    ]);
  });

  it('does not ask for a version that has no image, nor by the key of another language', () => {
    expect(resolved('tool: go, version: "1.24"').said).toEqual([
      expect.stringContaining(
        'apps[0].build.version: no image for go has this version (found "1.24"; expected 1.25, 1.26, or an image of it in images.overrides of teams/x/team.ts: { \'go-1.24\':',
      ),
    ]);
    expect(resolved('tool: internal, version: "1"').said).toEqual([
      expect.stringMatching(
        /apps\[0\]\.build\.version: toolchain internal has no `versions`: remove `version`, or add it there \(found "1"\)$/,
      ),
    ]);
    expect(resolved('tool: go, node-version: "22"').said).toEqual([
      expect.stringContaining('apps[0].build.node-version: not used: go is asked for its version by version'),
    ]);
    expect(resolved('tool: npm, version: "22"').said).toEqual([
      expect.stringContaining('apps[0].build.version: not used: npm is asked for its version by node-version'),
    ]);
  });

  it('gets a version that its team adds', () =>
    expect(
      resolved('tool: go, version: "1.27"', '', {
        images: { overrides: { 'go-1.27': 'r.example.com/go:1.27.0', go: 'r.example.com/go:1.26.0' } },
      }).said,
    ).toEqual([]));

  it('varies the version in a matrix', () => {
    const tests = (key: string, version: string) =>
      `, tests: { unit: go test, matrix: { unit: { ${key}: ["1.25", "${version}"] } } }`;
    expect(resolved('tool: go', tests('version', '1.26')).said).toEqual([]);
    expect(resolved('tool: go', tests('version', '1.30')).said).toEqual([
      expect.stringContaining('apps[0].tests.matrix.unit.version[1]: no image for go has this version (found "1.30"'),
    ]);
    expect(resolved('tool: go', tests('node-version', '22')).said).toContainEqual(
      expect.stringContaining('go is asked for its version by version (did you mean version?)'),
    );
  });
});

it('have images that a team mirrors as those of the table, unless their registry is one of your own', () => {
  const images = (over: TeamProps['images']) =>
    resolveImages({ images: { overrides: {}, ...over }, orchestrator: {}, toolchains });
  const [go, internal] = ['go', 'internal'].map((name) => imageKey(toolchainNamed(toolchains, name)!));
  expect(images({ mirror: 'm.example.com' })(go!)).toBe('m.example.com/library/golang:1.26.2');
  expect(images({ mirror: 'm.example.com' })(internal!)).toBe(INTERNAL.image);
  expect(images({ mirror: 'm.example.com', overrides: { go: 'r.example.com/go:1.0.0' } })(go!)).toBe(
    'r.example.com/go:1.0.0',
  );
});

it('give the Task of a build what they say, and their images to the list of images', () => {
  const { fleet } = resolved('tool: go', ', tests: { unit: go test ./... }');
  const { parts, files } = synthFleet(fleet!);
  const pipelines = [...files].filter(([path]) => path.startsWith('teams/x/')).map(([, text]) => text);
  expect(pipelines.join('')).toContain('name: build-go\n');
  expect(pipelines.join('')).toContain('value: /workspace/cache/build\n');
  expect(pipelines.join('')).toContain('value: go build ./...\n');
  expect(pipelines.join('')).toContain("value: '**/junit.xml'\n");
  expect(usedImages(fleet!, parts).find(({ image }) => image === GO.image)).toEqual({
    image: GO.image,
    kind: 'tool',
    keys: ['go'],
    teams: ['x'],
    published: GO.image,
  });
});
