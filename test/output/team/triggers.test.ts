import type { Team } from '../../../lib/fleet/model';
import { ask } from '../../../lib/runs/ask/ask';
import { RUN_NAME_MAX } from '../../../lib/words/names';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { synthTeam } from '../../../lib/output/synth';
import { app, stack, team } from './model';

/** What a listener of Tekton Triggers makes of an event: the binding and the template filled in as Triggers does it. */

const mono = [app('web', { repo: 'acme/mono' }), app('api', { repo: 'acme/mono', downstream: [] })];
const shop = team({ triggers: true }, [stack('checkout', [...mono, app('cart')])]);
const objectsOf = (of: Team) => [...synthTeam(of).files.values()].flat();
const find = (kind: string, name: string): Manifest => {
  const found = objectsOf(shop).find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};

const BRANCH = 'x", "trust": "trusted';
const event = {
  body: {
    pull_request: {
      number: 123456,
      head: { sha: '4f2c9d1abc0123456789', ref: BRANCH },
      base: { ref: 'main' },
      updated_at: '2026-01-02T03:04:05Z',
    },
    repository: { full_name: 'acme/mono' },
    sender: { login: 'somebody' },
  },
  header: { 'X-GitHub-Delivery': 'd-1' },
  extensions: { head: '4f2c9d1', merge: '77aa88bb99cc', shortMerge: '77aa88b', trust: 'untrusted' },
};

/** A text of an event goes in as JSON without its quotes, anything else as JSON. */
const text = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);

/** The objects that a template makes. @throws if they are not JSON any more, or hold a param that nothing gives */
function made(template: string): Manifest[] {
  const params = (
    find('TriggerBinding', 'tekton-dag-pull-request').spec as { params: { name: string; value: string }[] }
  ).params;
  const values = new Map(
    params.map(({ name, value }) => [
      name,
      value.replace(/\$\(([^)]+)\)/g, (_, path: string) => text(at(event, ...path.split('.')))),
    ]),
  );
  return (find('TriggerTemplate', template).spec as { resourcetemplates: object[] }).resourcetemplates.map((object) => {
    const filled = JSON.stringify(object).replace(
      /\$\(tt\.params\.([\w-]+)\)/g,
      (_, name: string) => values.get(name) ?? '"missing"',
    );
    return JSON.parse(filled) as Manifest;
  });
}

it('asks for a test of all apps that the repository holds', () => {
  const [request, ...others] = made('checkout-web-tested');
  expect(others).toEqual([]);
  expect(ask.parse(request?.spec)).toMatchObject({
    pipeline: 'pr-test',
    team: 'shop',
    stack: 'checkout',
    apps: ['web', 'api'],
    revision: '4f2c9d1abc0123456789',
    pullRequest: { number: 123456, repo: 'acme/mono', baseRef: 'main' },
    source: { eventTime: '2026-01-02T03:04:05Z', sender: 'somebody' },
  });
});

it('takes no word of an event for more than text', () => {
  const [request] = made('checkout-web-tested');
  expect(request?.spec).toMatchObject({ trust: 'untrusted', pullRequest: { headRef: BRANCH } });
});

it('asks for a release of each of them when it is merged', () => {
  const requests = made('checkout-web-merged');
  expect(
    requests.map(({ spec }) => ask.parse(spec)).map(({ pipeline, apps, revision }) => [pipeline, apps, revision]),
  ).toEqual([
    ['merge-release', ['web'], '77aa88bb99cc'],
    ['merge-release', ['api'], '77aa88bb99cc'],
  ]);
});

it('gives each request a name that a run may have, another for another repository and app', () => {
  const names = ['checkout-web-tested', 'checkout-cart-tested', 'checkout-web-merged', 'checkout-cart-merged']
    .flatMap(made)
    .map(({ metadata }) => metadata.name);
  expect(new Set(names).size).toBe(5);
  expect(names.filter((name) => name.length > RUN_NAME_MAX || !/^[a-z0-9-]+$/.test(name))).toEqual([]);
});

it('checks the signature of every event that it takes', () => {
  const { triggers } = find('EventListener', 'tekton-dag').spec as {
    triggers: {
      interceptors: { ref: { name: string }; params: { name: string; value: unknown }[] }[];
      template: { ref: string };
    }[];
  };
  expect(triggers.map(({ template }) => template.ref).sort()).toEqual([
    'checkout-cart-merged',
    'checkout-cart-tested',
    'checkout-web-merged',
    'checkout-web-tested',
  ]);
  for (const { interceptors } of triggers) {
    const github = interceptors.find(({ ref }) => ref.name === 'github');
    expect(github?.params).toContainEqual({
      name: 'secretRef',
      value: { secretName: 'github-webhook-secret', secretKey: 'current' },
    });
  }
});

it.each([
  ['deny', true],
  ['restricted', false],
] as const)('with forks: %s, whether a pull request must be of a member is %p', (forks, asked) => {
  const listener = objectsOf(team({ triggers: true, forks }, [stack('checkout', mono)])).find(
    ({ kind }) => kind === 'EventListener',
  )!;
  const filters = (
    at(listener, 'spec', 'triggers') as {
      name: string;
      interceptors: { params: { name: string; value: unknown }[] }[];
    }[]
  ).map(({ name, interceptors }) => [
    name.split('-').at(-1),
    String(interceptors[0]!.params[0]!.value).includes('author_association in ["OWNER","MEMBER","COLLABORATOR"]'),
  ]);
  expect(filters).toEqual([
    ['tested', asked],
    ['merged', false],
  ]);
});

it('says what the webhook of Triggers writes into a listener, so that nothing differs from Git', () => {
  const { spec } = find('EventListener', 'tekton-dag');
  expect(spec).toMatchObject({ namespaceSelector: {} });
  expect(at(spec, 'resources', 'kubernetesResource', 'spec', 'template')).toMatchObject({
    metadata: {},
    spec: { containers: [{ name: '' }] },
  });
});

it('is not there unless a team asks for it', () => {
  const kinds = (of: Team) =>
    objectsOf(of)
      .filter(
        ({ apiVersion, metadata }) => apiVersion.startsWith('triggers.tekton.dev/') || /triggers/.test(metadata.name),
      )
      .map(({ kind }) => kind);
  expect(kinds(team({}))).toEqual([]);
  expect(new Set(kinds(shop))).toEqual(
    new Set([
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'ClusterRole',
      'ClusterRoleBinding',
      'NetworkPolicy',
      'EventListener',
      'TriggerBinding',
      'TriggerTemplate',
    ]),
  );
});
