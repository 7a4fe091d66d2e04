import { App, Chart } from 'cdk8s';
import { withSecrets } from '../../support/secrets-table';
import { page } from '../../support/docs';
import { clusterSchema, orchestratorOf } from '../../../lib/fleet/cluster';
import type { Team } from '../../../lib/fleet/model';
import { siteOf } from '../../../lib/fleet/site';
import type { TeamProps } from '../../../lib/fleet/team';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { orchestratorParts } from '../../../lib/output/cluster/cluster-parts';
import { externalSecrets } from '../../../lib/output/secrets/external-secrets';
import { createSecret, howMade } from '../../../lib/output/secrets/required-secret';
import type { RequiredSecret } from '../../../lib/output/secrets/required-secret';
import { orchestratorSecrets, teamSecrets } from '../../../lib/output/secrets/secrets-of';
import { teamParts } from '../../../lib/output/team/team-parts';
import { app, stack, team } from '../team/model';

/** Every Secret of a team and of a cluster, and what External Secrets is asked to make. */

const rendered = (secrets: readonly RequiredSecret[]): readonly Manifest[] => {
  const chart = new Chart(new App(), 'chart');
  externalSecrets(chart, secrets);
  return chart.toJson() as Manifest[];
};
const of = (given: Team): readonly Manifest[] => rendered(teamSecrets(given));
const pick = (objects: readonly Manifest[], name: string, kind = 'ExternalSecret') =>
  objects.find((object) => object.kind === kind && object.metadata.name === name)!;
const named = (secrets: readonly RequiredSecret[], name: string) => secrets.find((secret) => secret.name === name)!;

const VAULT = { backend: 'external-secrets', store: { name: 'vault' } } as const;
const stored = (
  props: Partial<TeamProps> = {},
  ...rest: Parameters<typeof team> extends [unknown?, ...infer R] ? R : never
) => team({ ...props, secrets: { ...VAULT, ...props.secrets } }, ...rest);

describe('the Secrets of a team', () => {
  it('are references alone: nothing is rendered for those that people make', () => expect(of(team())).toEqual([]));

  it('are all that its objects refer to', () => {
    const apps = [
      app('fe', {
        env: { A: { secret: 'fe-db', key: 'url' }, B: { secret: 'fe-db', key: 'user' } },
        envFrom: [{ secret: 'fe-env' }, { configmap: 'fe-flags' }],
        build: { tool: 'npm', env: {}, platforms: [], secrets: { secret: 'npm', keys: ['npmrc'] } },
      }),
    ];
    const given = team(
      {
        secrets: { names: { imagePull: ['pull'] } },
        orchestrator: { githubApp: { id: 1, installationId: 2 } },
        storage: { reports: { s3: { endpoint: 'https://s3.example.com', bucket: 'reports' } } },
      },
      [stack('checkout', apps)],
      { site: siteOf(clusterSchema.parse({ name: 'c', caBundle: { secret: 'ca' } })) },
    );
    const places = teamSecrets(given).map(({ namespace, name }) => `${namespace}/${name}`);
    expect(new Set(places).size).toBe(places.length);
    const relied = teamParts(given)
      .flatMap(({ existing }) => existing)
      .filter(({ kind }) => kind === 'Secret');
    // a volume has to name one, also where there is none
    const held = relied.filter(({ name }) => !name.startsWith('no-build-secret-'));
    expect([...new Set(held.map(({ namespace, name }) => `${namespace}/${name}`))].sort()).toEqual([...places].sort());
    expect(named(teamSecrets(given), 'fe-db')).toMatchObject({ namespace: 'shop-staging', keys: ['url', 'user'] });
    expect(named(teamSecrets(given), 'fe-env')).toMatchObject({ namespace: 'shop-staging', keys: [] });
    expect(named(teamSecrets(given), 'npm-release')).toMatchObject({ keys: ['npmrc'], optional: false });
  });

  it('are one, if a team says that one token reads and writes', () => {
    const names = { gitReadToken: 'github-token', gitReadSshKey: 'git-ssh-key' };
    const given = stored({ secrets: { names } });
    expect(of(given).filter(({ metadata: { name } }) => name === 'github-token')).toHaveLength(1);
    expect(named(teamSecrets(given), 'github-token').use).toMatch(/^pushes .*; clones /);
  });

  it('come from the store that is named, each at its place', () => {
    const given = stored({ secrets: { ...VAULT, store: { name: 'vault', path: 'ci/shop', kind: 'SecretStore' } } });
    expect(pick(of(given), 'github-token').spec).toMatchObject({
      secretStoreRef: { kind: 'SecretStore', name: 'vault' },
      refreshInterval: '1h0m0s',
      target: { name: 'github-token', template: { type: 'Opaque' } },
      data: [{ secretKey: 'token', remoteRef: { key: 'ci/shop/github-token', property: 'token' } }],
    });
    const bySsh = stored({ platform: { repoURL: 'git@github.com:acme/platform.git' } });
    expect(pick(of(bySsh), 'git-ssh-key').spec).toMatchObject({
      target: { template: { type: 'kubernetes.io/ssh-auth' } },
      data: [{ secretKey: 'ssh-privatekey' }, { secretKey: 'known_hosts' }],
    });
  });

  it('make a docker config of user and password, in the form that every program reads', () => {
    const { data, target } = pick(of(stored()), 'registry-push-pr').spec as Record<string, unknown>;
    expect(data).toMatchObject([{ secretKey: 'username' }, { secretKey: 'password' }]);
    const template = at(target, 'template') as { readonly type: string; readonly data: Record<string, string> };
    expect(template.type).toBe('kubernetes.io/dockerconfigjson');
    const config = template.data['.dockerconfigjson']!.replace(/\{\{.*?\}\}/, 'BASE64');
    expect(JSON.parse(config)).toEqual({ auths: { 'registry.example.com': { auth: 'BASE64' } } });
    expect(template.data['.dockerconfigjson']).toContain('{{ printf "%s:%s" .username .password | b64enc }}');
  });

  it('take a docker config whole where it is for several registries', () => {
    const elsewhere = stored({ cacheRepo: 'cache.example.com/shop' });
    const spec = pick(of(elsewhere), 'registry-push-pr-cache').spec;
    expect(at(spec, 'data')).toMatchObject([
      { secretKey: '.dockerconfigjson', remoteRef: { property: 'dockerconfigjson' } },
    ]);
    expect(at(spec, 'target', 'template', 'data')).toBeUndefined();
    expect(at(pick(of(elsewhere), 'registry-push-fork-cache').spec, 'data')).toMatchObject([
      { secretKey: 'username' },
      {},
    ]);
  });

  it('take all of an entry whose keys nobody names', () => {
    const given = stored({}, [stack('checkout', [app('fe', { envFrom: [{ secret: 'fe-env' }] })])]);
    const { metadata, spec } = pick(of(given), 'fe-env');
    expect(metadata.namespace).toBe('shop-staging');
    expect(spec).toMatchObject({ dataFrom: [{ extract: { key: 'shop/fe-env' } }] });
    expect(at(spec, 'target', 'template', 'type')).toBeUndefined();
  });

  it('that are optional are made where the store is said to have them', () => {
    expect(pick(of(stored()), 'base-images')).toBeUndefined();
    const listed = stored({ secrets: { ...VAULT, store: { name: 'vault', optional: ['baseImages', 'notify'] } } });
    expect(pick(of(listed), 'notify-webhook')).toBeDefined();
    expect(at(pick(of(listed), 'base-images').spec, 'target', 'template', 'data', '.dockerconfigjson')).toContain(
      '"https://index.docker.io/v1/"',
    );
  });
});

describe('tokens of a GitHub App', () => {
  const githubApp = { id: 12, installationId: 34, apiURL: 'https://git.example.com/api/v3' };
  const platform = { repoURL: 'https://git.example.com/acme/Platform.git' };
  const apps = [
    app('fe', { cloneUrl: 'https://git.example.com/acme/fe' }),
    app('api', { cloneUrl: 'git@git.example.com:acme/api.git' }),
  ];
  const given = stored({ platform, secrets: { githubApp } }, [stack('checkout', apps)]);
  const objects = of(given);

  it('may read what is cloned by https, and no more', () =>
    expect(pick(objects, 'git-read-token', 'GithubAccessToken')).toMatchObject({
      metadata: { namespace: 'ci-shop' },
      spec: {
        appID: '12',
        installID: '34',
        url: 'https://git.example.com/api/v3',
        permissions: { contents: 'read' },
        repositories: ['Platform', 'fe'],
        auth: { privateKey: { secretRef: { name: 'github-app', key: 'private-key' } } },
      },
    }));

  it('may write to the platform repository alone', () =>
    expect(pick(objects, 'github-token', 'GithubAccessToken').spec).toMatchObject({
      permissions: { contents: 'write', pull_requests: 'write' },
      repositories: ['Platform'],
    }));

  it('are asked for anew before an hour is over, and need no store', () => {
    const { spec } = pick(objects, 'github-token');
    expect(spec).toMatchObject({
      refreshInterval: '30m0s',
      target: { name: 'github-token', template: { type: 'Opaque' } },
      dataFrom: [
        {
          sourceRef: {
            generatorRef: {
              apiVersion: 'generators.external-secrets.io/v1alpha1',
              kind: 'GithubAccessToken',
              name: 'github-token',
            },
          },
        },
      ],
    });
    expect(spec).not.toHaveProperty('secretStoreRef');
  });

  it('are made of a key that comes from the store', () =>
    expect(pick(objects, 'github-app').spec).toMatchObject({
      data: [{ secretKey: 'private-key', remoteRef: { key: 'shop/github-app', property: 'private-key' } }],
    }));

  it('are one for both, where a team says so', () => {
    const secrets = { githubApp, names: { gitReadToken: 'github-token' } };
    const one = of(stored({ platform, secrets }, [stack('checkout', apps)]));
    expect(one.filter(({ kind }) => kind === 'GithubAccessToken')).toMatchObject([
      { spec: { permissions: { contents: 'write', pull_requests: 'write' }, repositories: ['Platform', 'fe'] } },
    ]);
  });

  it('are never for all repositories: without one there is none', () => {
    const nowhere = stored({ secrets: { githubApp } }, [stack('checkout', [apps[1]!])]);
    expect(of(nowhere).filter(({ kind }) => kind === 'GithubAccessToken')).toEqual([]);
    expect(named(teamSecrets(nowhere), 'github-token').optional).toBe(true);
  });
});

describe('the Secrets of a cluster', () => {
  const orchestrator = (text: object) => orchestratorOf('eu', clusterSchema.parse({ name: 'eu', ...text }));
  const secrets = { store: { name: 'vault' } };

  it('come from its store', () => {
    const objects = rendered(
      orchestratorSecrets(orchestrator({ secrets, orchestrator: { githubApp: { id: 1, installationId: 2 } } })),
    );
    expect(objects.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'tekton-dag/github-webhook-secret',
      'tekton-dag/github-app',
    ]);
    expect(objects[1]).toMatchObject({
      spec: { data: [{ remoteRef: { key: 'eu/github-app', property: 'private-key' } }] },
    });
    const listed = orchestrator({ secrets: { store: { name: 'vault', path: 'ci', optional: ['githubToken'] } } });
    expect(pick(rendered(orchestratorSecrets(listed)), 'github-token')).toMatchObject({
      spec: { data: [{ remoteRef: { key: 'ci/github-token' } }] },
    });
  });

  it('are made by people where it names none', () => {
    const parts = orchestratorParts(orchestrator({}));
    expect(parts.flatMap(({ objects }) => objects).filter(({ kind }) => kind === 'ExternalSecret')).toEqual([]);
    expect(parts[0]!.existing.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Secret github-webhook-secret',
      'Secret github-token',
    ]);
  });

  it('are put into the namespaces of its teams', () => {
    const file = clusterSchema.parse({ name: 'eu', secrets, caBundle: { secret: 'ca', key: 'root.crt' } });
    const given = team({}, undefined, {
      site: siteOf(file),
      clusterStore: { ...secrets.store, kind: 'ClusterSecretStore', path: 'eu', optional: [] },
    });
    const objects = of(given);
    expect(objects.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'ci-shop/ca',
      'shop-staging/ca',
    ]);
    expect(objects[0]).toMatchObject({
      spec: { data: [{ secretKey: 'root.crt', remoteRef: { key: 'eu/ca', property: 'root-crt' } }] },
    });
  });
});

describe('for a person', () => {
  const line = (name: string, given = team()) => createSecret(named(teamSecrets(given), name));

  it.each([
    [
      'github-token',
      "kubectl create secret generic github-token --namespace=ci-shop --from-file=token='<file with the token>'",
    ],
    [
      'github-webhook-secret',
      'openssl rand -hex 32 | kubectl create secret generic github-webhook-secret --namespace=ci-shop --from-file=current=/dev/stdin',
    ],
    [
      'git-ssh-key',
      "kubectl create secret generic git-ssh-key --namespace=ci-shop --type=kubernetes.io/ssh-auth --from-file=ssh-privatekey='<file with the private key>' --from-file=known_hosts='<file with known_hosts>'",
    ],
    [
      'registry-push-pr',
      "kubectl create secret generic registry-push-pr --namespace=ci-shop --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson='<config.json with registry.example.com>'",
    ],
  ])('there is the line that makes %s', (name, expected) => expect(line(name)).toBe(expected));

  it('it says which properties an entry has', () => {
    const how = (name: string, given: Team) => howMade(named(teamSecrets(given), name));
    expect(how('registry-push-pr', stored())).toBe(
      'made of the entry shop/registry-push-pr of store vault: properties username and password',
    );
    expect(how('base-images', stored())).toBeUndefined();
    const githubApp = { id: 12, installationId: 34 };
    expect(how('git-read-token', stored({ secrets: { githubApp } }))).toBe(
      'made by App 12, and renewed before it expires: read contents of api and fe',
    );
  });
});

it('are listed in docs/security.md; npm run draw makes the table anew', () => {
  const security = page('security.md');
  expect(withSecrets(security)).toBe(security);
});
