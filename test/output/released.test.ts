import { ApiObject } from 'cdk8s';
import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { loadVersions } from '../../lib/fleet/formats';
import { versionsOf } from '../../lib/fleet/promotion';
import { inOutput, inRepository } from '../../lib/output/layout';
import { readTemplate, released, releasedFile } from '../../lib/output/released';
import { synthFleet } from '../../lib/output/synth';
import type { Customize } from '../../lib/output/team/extension';
import { app, resolve, stackFile, team } from '../fleet/support';

/** What a release writes is what synth would write, of teams whose Deployments Git owns. */

const FILES = ['stacks/versions.yaml', 'teams/beta/versions.yaml', 'teams/alpha/versions.two.yaml'] as const;
const APPS = ['web', 'api', 'constructor'];
const ODD = {
  YES: 'yes',
  NUMBER: '1e3',
  LINES: 'a\n  b\n',
  DAY: '2026-01-01',
  MARK: 'image@digest-of-web',
  MERGE: '<<',
};
const odd = `propagation-role: terminal, env: ${JSON.stringify(ODD)}`;

interface Entry {
  readonly version: string;
  readonly 'last-released'?: string;
  readonly digest?: string;
}
type Contents = Readonly<Record<(typeof FILES)[number], Readonly<Record<string, Entry>>>>;

const LIMITS = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };
/** A job that runs the image of an app, on top of what is synthesized. */
const withJob =
  (resources: object): Customize =>
  (objects) => {
    const web = objects.find(({ kind, name }) => kind === 'Deployment' && name === 'web');
    const { spec } = web?.toJson() as { spec: { template: { spec: { containers: object[] } } } };
    new ApiObject(web!.chart, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate', namespace: 'web-env' },
      spec: {
        template: {
          spec: {
            containers: [{ ...spec.template.spec.containers[0], name: 'job', resources }],
            restartPolicy: 'Never',
          },
        },
      },
    });
  };

function synth(contents: Contents, customize = withJob(LIMITS)): ReadonlyMap<string, string> {
  const { fleet, said } = resolve({
    teams: [
      team('alpha', ['alpha'], { clusters: ['two'], environment: { deploy: 'gitops' }, removal: 'confirm' }),
      team('beta', ['beta'], { cluster: 'kind-a', environment: { deploy: 'gitops' } }),
      team('gamma', ['gamma']),
    ],
    stacks: [
      stackFile('alpha', [app('web', odd), app('api'), app('constructor')], 'defaults: { namespace: web-env }'),
      stackFile('beta', [app('web', odd, 'acme/b')], 'defaults: { namespace: beta-env }'),
      stackFile('gamma', [app('api', undefined, 'acme/c')], 'defaults: { namespace: gamma-env }'),
    ],
    versions: FILES.map((file) => ({ file, text: JSON.stringify({ apps: contents[file] }) })),
  });
  if (fleet === undefined) throw new Error(said.join('\n'));
  return synthFleet(fleet, { teams: new Map([['alpha', customize]]) }).files;
}

/** The output with what a release would write of these versions. */
function release(files: ReadonlyMap<string, string>, contents: Contents): ReadonlyMap<string, string> {
  const next = new Map(files);
  for (const [file, text] of files) {
    const [folder, name = ''] = file.split('/');
    if (folder !== 'templates') continue;
    const template = readTemplate(inRepository(file), text, name);
    const source = {
      file: template.versions,
      text: JSON.stringify({ apps: contents[template.versions as 'x' & keyof Contents] }),
    };
    const { path, text: written } = releasedFile(template, versionsOf(loadVersions(source).value!));
    if (written === undefined) next.delete(inOutput(path));
    else next.set(inOutput(path), written);
  }
  return next;
}

const sorted = (files: ReadonlyMap<string, string>) => Object.fromEntries([...files].sort());
const NONE: Contents = {
  'stacks/versions.yaml': {},
  'teams/beta/versions.yaml': {},
  'teams/alpha/versions.two.yaml': {},
};

const digest = fc.integer({ min: 0, max: 15 }).map((digit) => `sha256:${digit.toString(16).repeat(64)}`);
const entry = fc.record(
  { version: fc.constant('1.0.1-rc.0'), 'last-released': fc.constantFrom('1.0.0', '0.9.0'), digest },
  { requiredKeys: ['version'] },
);
const contents = fc.record(
  Object.fromEntries(
    FILES.map((file) => [file, fc.dictionary(fc.constantFrom(...(file.includes('beta') ? ['web'] : APPS)), entry)]),
  ),
) as fc.Arbitrary<Contents>;

it('writes what synth writes, whatever is released before and after', () => {
  fc.assert(
    fc.property(contents, contents, (before, after) => {
      expect(sorted(release(synth(before), after))).toEqual(sorted(synth(after)));
    }),
    { numRuns: 8 },
  );
});

const ONE = { version: '1.0.1-rc.0', 'last-released': '1.0.0', digest: `sha256:${'1'.repeat(64)}` };
const FIRST: Contents = { ...NONE, 'stacks/versions.yaml': { web: ONE } };

it('changes one file for each cluster, and makes a Deployment of what is released', () => {
  const [before, after] = [synth(NONE), synth(FIRST)];
  expect([...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path)).toEqual([
    'teams/alpha/55-apps.yaml',
  ]);
  expect(after.get('teams/alpha/55-apps.yaml')).toContain(`image: registry.example.com/alpha/web@${ONE.digest}\n`);
  expect(after.get('teams/alpha/55-apps.yaml')).toMatch(/app.kubernetes.io\/version: ['"]?1\.0\.0['"]?\n/);
  expect(after.get('teams/alpha/55-apps.yaml')).toContain('value: image@digest-of-web\n');
  expect(after.get('teams/alpha/55-apps.yaml')).toContain('kind: Job\n');
  expect([...after.values()].filter((text) => text.includes('version-of-'))).toHaveLength(3);
});

it('finds what is wrong with an object before a release is the first to bring it up', () => {
  expect(() => synth(NONE, withJob({}))).toThrow(
    /teams\/alpha\/55-apps\.yaml: Job web-env\/migrate .* says no requests.cpu and no limits.cpu/,
  );
});

it('leaves teams without such Deployments as they are', () => {
  expect([...synth(FIRST).keys()].filter((path) => path.startsWith('templates/'))).toEqual([
    'templates/alpha/one.yaml',
    'templates/alpha/two.yaml',
    'templates/beta/kind-a.yaml',
  ]);
});

it('knows of each cluster which it follows, and its versions file', () => {
  const files = synth(NONE);
  expect(load(files.get('templates/alpha/one.yaml') ?? '')).toMatchObject({
    versions: 'stacks/versions.yaml',
    apps: APPS,
  });
  expect(load(files.get('templates/alpha/two.yaml') ?? '')).toMatchObject({
    follows: 'one',
    versions: 'teams/alpha/versions.two.yaml',
  });
});

it.each([
  ['nothing', ''],
  ['half a merge', '<<<<<<< HEAD\nteam: [\n'],
  ['another team', 'team: beta\ncluster: one\nversions: stacks/versions.yaml\napps: []\nobjects: []\n'],
  ['a file elsewhere', 'team: alpha\ncluster: one\nversions: .git/config\napps: []\nobjects: []\n'],
  ['one above', 'team: alpha\ncluster: one\nversions: teams/../versions.yaml\napps: []\nobjects: []\n'],
])('takes %s for no template', (_, text) => {
  expect(() => readTemplate('dist/templates/alpha/one.yaml', text, 'alpha')).toThrow(/is not a template of team alpha/);
});

it('leaves alone what is no image of an app of ours', () => {
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { image: 'x@sha256:1', list: ['b'] } };
  expect(released([object], {}, ['a'])).toEqual([object]);
});

it('keeps an object whose image names an app that the team does not have, whatever the versions say', () => {
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { image: 'x@digest-of-stranger' } };
  const versions = { stranger: { version: '1.0.0', digest: `sha256:${'1'.repeat(64)}` } };
  expect(released([object], {}, ['a'])).toEqual([object]);
  expect(released([object], versions, ['a'])).toEqual([object]);
});
