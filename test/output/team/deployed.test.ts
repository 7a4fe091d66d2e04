import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import type { Customize } from '../../../lib/team';
import { synthFleet } from '../../../lib/output/synth';
import { app, resolve, stackFile, team } from '../../fleet/support';

/** Deployments that runs apply, where charts and names meet. */

const of = (stacks: readonly string[], over = {}) =>
  resolve({
    teams: [team('alpha', stacks, over)],
    stacks: stacks.map((name, index) => {
      const { file, text } = stackFile(name, [app(`web${index}`)]);
      // YAML would read 55 as a number
      return { file, text: text.replace(`name: ${name}`, `name: "${name}"`) };
    }),
  }).fleet!;
const GITOPS = { environment: { deploy: 'gitops' } };
/** Changes the Deployments of an app. */
const patched =
  (name: string, ...patches: readonly JsonPatch[]): Customize =>
  (objects) => {
    for (const object of objects)
      if (object.kind === 'Deployment' && object.name === name) object.addJsonPatch(...patches);
  };
const by = (customize: Customize) => ({ teams: new Map([['alpha', customize]]) });

it.each([
  [['55'], GITOPS],
  [['55'], {}],
  [['40-x', 'x-apps', 'x'], {}],
])('of stacks %j are told from files of the same names', (stacks, over) => {
  const fleet = of(stacks, over);
  const before = synthFleet(fleet).files;
  expect(
    synthFleet(
      fleet,
      by(() => {}),
    ).files,
  ).toEqual(before);
});

it('have no other objects beside them', () => {
  const customize: Customize = (objects) => {
    const own = objects.find(({ kind, name }) => kind === 'Deployment' && name === 'web0')!;
    new ApiObject(Chart.of(own), 'more', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'more' } });
  };
  expect(() => synthFleet(of(['one']), by(customize))).toThrow(
    'teams/alpha/team.ts: customize: ConfigMap more is added beside Deployments that runs apply',
  );
});

it('have no chart beside those of the team', () => {
  const customize: Customize = (objects) => {
    new ApiObject(new Chart(objects[0]!.node.root, 'mine'), 'more', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'more' },
    });
  };
  expect(() => synthFleet(of(['one']), by(customize))).toThrow(
    'customize: Chart mine is added, of which no file is written',
  );
});

describe('of one app in several stacks', () => {
  const shared = (over = {}) =>
    resolve({
      teams: [team('alpha', ['one', 'two'], over)],
      stacks: ['one', 'two'].map((name) => stackFile(name, [app('web')], 'defaults: { namespace: shared }\n')),
    }).fleet!;
  const ofStack =
    (stack: string, ...patches: readonly JsonPatch[]): Customize =>
    (objects) => {
      for (const object of objects)
        if (object.kind === 'Deployment' && object.metadata.getLabel('tekton-dag.io/stack') === stack)
          object.addJsonPatch(...patches);
    };

  it('are the same', () => {
    const patch = JsonPatch.add('/spec/minReadySeconds', 7);
    expect(() => synthFleet(shared(), by(ofStack('one', patch)))).toThrow(
      'Deployment shared/web of stack two differs from that of stack one, and runs of both apply it: change both alike',
    );
    expect(synthFleet(shared(), by(patched('web', patch))).files.get('teams/alpha/40-two.yaml')).toContain(
      'minReadySeconds: 7',
    );
  });

  it('have the label of their stack, which code may not change', () => {
    const { files } = synthFleet(shared(GITOPS), by(patched('web', JsonPatch.add('/spec/minReadySeconds', 7))));
    expect(files.get('teams/alpha/40-two.yaml')).toMatch(
      /web\.yaml: \|[^]*tekton-dag\.io\/stack: two[^]*minReadySeconds: 7/,
    );
    const label = JsonPatch.remove('/metadata/labels/tekton-dag.io~1stack');
    expect(() => synthFleet(shared(GITOPS), by(patched('web', label)))).toThrow(
      'Deployment shared/web has lost or changed tekton-dag.io/stack of metadata.labels',
    );
  });
});

describe('where Git owns them', () => {
  const files = (...patches: readonly JsonPatch[]) =>
    synthFleet(of(['one'], GITOPS), by(patched('web0', ...patches))).files;
  const containers = '/spec/template/spec/containers';
  const image = 'registry.example.com/alpha/web0@digest-of-web0';
  const resources = { requests: { cpu: '10m', memory: '8Mi' }, limits: { memory: '8Mi' } };

  it.each([
    ['spec', 'Deployment ci-alpha/web0 has another spec.selector'],
    ['spec/template', 'spec.template of Deployment ci-alpha/web0 in 55-apps.yaml: is missing'],
    ['spec/template/metadata', 'has lost or changed app.kubernetes.io/name, '],
  ])('are refused without %s', (path, says) => {
    expect(() => files(JsonPatch.remove(`/${path}`))).toThrow(says);
  });

  it('give previews the image of the app in whatever container has it, and no version', () => {
    const text = files(
      JsonPatch.add('/spec/template/spec/initContainers', [{ name: 'migrate', image, resources }]),
      JsonPatch.add(`${containers}/-`, { name: 'worker', image, resources }),
      JsonPatch.add('/spec/template/metadata/labels/app.kubernetes.io~1version', 'version-of-web0'),
      JsonPatch.add('/metadata/annotations/argocd.argoproj.io~1hook', 'Sync'),
    ).get('teams/alpha/40-one.yaml')!;
    expect(text.match(/image: IMAGE$/gm)).toHaveLength(3);
    expect(text).not.toMatch(/digest-of|version-of|argocd.argoproj.io\/hook/);
  });

  it('have no image that another release fills in', () => {
    const other = 'registry.example.com/alpha/api@digest-of-api';
    expect(() => files(JsonPatch.add(`${containers}/-`, { name: 'side', image: other }))).toThrow(
      `Deployment ci-alpha/web0 has image ${other}, and previews are made of it`,
    );
  });

  it('have the image of the app', () => {
    expect(() => files(JsonPatch.replace(`${containers}/0/image`, 'mirror.example.com/web:1.0'))).toThrow(
      /has no container with the image of the app: give one of its containers image \S+@digest-of-web0/,
    );
  });
});
