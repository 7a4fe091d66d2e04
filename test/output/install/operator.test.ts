import { load } from 'js-yaml';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { unknownFields } from '../../../lib/kube/schema';
import { synthFleet } from '../../../lib/output/synth';
import type { TeamProps } from '../../../lib/fleet/team';
import { app, resolve, stackFile, team } from '../../fleet/support';
import { applications, find as inOutput, objectsOf, permits } from '../gitops/controller';

/** Tekton by its operator, as a cluster installs it: ADR 0009 of the pipeline service, consequence by consequence. */

const DIGEST = `sha256:${'a'.repeat(64)}`;
const CONSOLE =
  'console: { name: Acme CI, url: "https://ci.example.com", run: "https://ci.example.com/ns/{namespace}/runs/{run}", task: "https://ci.example.com/ns/{namespace}/runs/{run}/logs/{task}" }';
const APP = `pipelinesAsCode: { githubApp: { name: Acme CI, store: { name: vault } }, ${CONSOLE}`;
const DATABASE = 'database: { host: db.example.com, tls: { caBundle: { configMap: rds-ca } } }';

/** A cluster file, a line for each key: `tekton` is its second line. */
const file = (tekton = '', more = '', platform = 'kubernetes') => ({
  file: 'clusters/ci.yaml',
  text: `name: ci\ntekton: { install: operator, channel: latest${tekton} }\nplatform: ${platform}\n${more}`,
});
const fleetOf = (source: { file: string; text: string }, props: Partial<TeamProps> = {}) =>
  resolve({
    clusters: [source],
    teams: [team('alpha', ['alpha'], { cluster: 'ci', ...props })],
    stacks: [stackFile('alpha', [app('web'), app('api', 'propagation-role: terminal', 'Acme/My_API')])],
  });
function files(source: { file: string; text: string }, props: Partial<TeamProps> = {}): ReadonlyMap<string, string> {
  const { fleet, said } = fleetOf(source, props);
  if (fleet === undefined) throw new Error(said.join('\n'));
  return synthFleet(fleet).files;
}
const said = (...from: Parameters<typeof fleetOf>): string => fleetOf(...from).said.join('\n');
const installed = (output: ReadonlyMap<string, string>): readonly Manifest[] => objectsOf(output, 'install/ci');
const find = (objects: readonly Manifest[], kind: string): Manifest => {
  const found = objects.find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} among ${objects.map((object) => object.kind).join()}`);
  return found;
};
const config = (...from: Parameters<typeof file>) => find(installed(files(file(...from))), 'TektonConfig').spec;
const wave = ({ metadata }: Manifest) => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave']);

describe('what OLM is told', () => {
  it('is one Subscription, by which the operator leaves TektonConfig to us', () => {
    const objects = installed(files(file()));
    expect(find(objects, 'Subscription')).toMatchObject({
      metadata: { name: 'tektoncd-operator', namespace: 'tekton-operator' },
      spec: {
        channel: 'latest',
        name: 'tektoncd-operator',
        source: 'operatorhubio-catalog',
        sourceNamespace: 'olm',
        installPlanApproval: 'Automatic',
        config: { env: [{ name: 'AUTOINSTALL_COMPONENTS', value: 'false' }] },
      },
    });
    expect(find(objects, 'OperatorGroup').spec).toEqual({ upgradeStrategy: 'Default' });
    expect(objects.map(({ kind }) => kind)).not.toContain('CatalogSource');
  });

  it('takes a candidate of the night: a catalog by digest, mirrors of its images, and a version to begin with', () => {
    const objects = installed(
      files(
        file(
          `, startingCSV: openshift-pipelines-operator-rh.v5.0.5, approval: Manual, catalog: { name: custom-operators, image: quay.io/acme/index@${DIGEST}, mirrors: [{ source: registry.redhat.io/openshift-pipelines, mirrors: [quay.io/acme/pipelines] }] }`,
          '',
          'openshift',
        ),
      ),
    );
    expect(find(objects, 'CatalogSource')).toMatchObject({
      metadata: { name: 'custom-operators', namespace: 'openshift-marketplace' },
      spec: { sourceType: 'grpc', image: `quay.io/acme/index@${DIGEST}` },
    });
    expect(find(objects, 'ImageDigestMirrorSet').spec).toEqual({
      imageDigestMirrors: [{ source: 'registry.redhat.io/openshift-pipelines', mirrors: ['quay.io/acme/pipelines'] }],
    });
    expect(find(objects, 'Subscription')).toMatchObject({
      metadata: { namespace: 'openshift-operators' },
      spec: {
        name: 'openshift-pipelines-operator-rh',
        source: 'custom-operators',
        startingCSV: 'openshift-pipelines-operator-rh.v5.0.5',
        installPlanApproval: 'Manual',
      },
    });
    // OpenShift has the namespace, and one OperatorGroup in it: a second would stop OLM
    const kinds = objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`);
    expect(kinds.filter((kind) => /^(OperatorGroup|Namespace)/.test(kind))).toEqual(['Namespace openshift-pipelines']);
  });

  it('is a change of one line where a cluster gets a hotfix', () => {
    const by = (digest: string) => files(file(`, catalog: { image: quay.io/acme/index@${digest} }`));
    const [before, after] = [by(DIGEST), by(`sha256:${'b'.repeat(64)}`)];
    const lines = [...before].flatMap(([path, text]) => {
      const other = after.get(path)!.split('\n');
      return text.split('\n').filter((line, index) => line !== other[index]);
    });
    expect(lines).toEqual([`  image: quay.io/acme/index@${DIGEST}`]);
  });
});

describe('TektonConfig', () => {
  it('has Triggers off, the pruner by the clock off, and the one that acts when a run ends on', () => {
    expect(config()).toMatchObject({
      profile: 'basic',
      targetNamespace: 'tekton-pipelines',
      trigger: { disabled: true },
      pruner: { disabled: true },
      tektonpruner: { disabled: false, 'global-config': { enforcedConfigLevel: 'global', historyLimit: 100 } },
      result: { disabled: true, is_external_db: false },
      platforms: { kubernetes: { pipelinesAsCode: { enable: false } } },
    });
    expect(config(', triggers: true')).toMatchObject({ trigger: { disabled: false } });
    expect(config(', pruner: { successfulHistoryLimit: 5, ttlSecondsAfterFinished: 600 }')).toMatchObject({
      tektonpruner: {
        disabled: false,
        'global-config': { historyLimit: 100, successfulHistoryLimit: 5, ttlSecondsAfterFinished: 600 },
      },
    });
  });

  it('leaves pruning to Results where that archives', () => {
    expect(config('', `results: { ${DATABASE} }`)).toMatchObject({
      pruner: { disabled: true },
      tektonpruner: { disabled: true },
      result: { disabled: false },
    });
  });

  it('has what makes it fit for many runs', () => {
    expect(
      config(
        ', performance: { replicas: 3, threads: 32, kubeApiQps: 50, webhookReplicas: 6 }, settings: { enable-api-fields: beta, default-timeout-minutes: 90, set-security-context: true }',
      ),
    ).toMatchObject({
      pipeline: {
        'enable-api-fields': 'beta',
        'default-timeout-minutes': 90,
        'set-security-context': true,
        performance: {
          'disable-ha': false,
          replicas: 3,
          buckets: 3,
          'threads-per-controller': 32,
          'kube-api-qps': 50,
          'kube-api-burst': 100,
        },
        options: {
          horizontalPodAutoscalers: { 'tekton-pipelines-webhook': { spec: { minReplicas: 6, maxReplicas: 6 } } },
        },
      },
    });
  });

  it('has Pipelines-as-Code under the name of the GitHub App, with pages of the console for runs and tasks', () => {
    expect(config(`, ${APP}, settings: { remember-ok-to-test: "false" } }`, '', 'openshift')).toMatchObject({
      platforms: {
        openshift: {
          pipelinesAsCode: {
            enable: true,
            settings: {
              'application-name': 'Acme CI',
              'custom-console-name': 'Acme CI',
              'custom-console-url': 'https://ci.example.com',
              'custom-console-url-pr-details': 'https://ci.example.com/ns/{{ namespace }}/runs/{{ pr }}',
              'custom-console-url-pr-tasklog':
                'https://ci.example.com/ns/{{ namespace }}/runs/{{ pr }}/logs/{{ task }}',
              'remember-ok-to-test': 'false',
            },
          },
        },
      },
    });
  });

  it('has settings of Pipelines-as-Code where there is none, with the type of the hub: the webhook of the operator needs both', () => {
    const settings = { 'hub-catalog-type': 'artifacthub' };
    expect(config()).toMatchObject({ platforms: { kubernetes: { pipelinesAsCode: { enable: false, settings } } } });
    expect(config('', '', 'openshift')).toMatchObject({
      platforms: { openshift: { pipelinesAsCode: { enable: false, settings } } },
    });
    expect(config(`, ${APP} }`)).toMatchObject({ platforms: { kubernetes: { pipelinesAsCode: { settings } } } });
    expect(config(`, ${APP}, settings: { hub-catalog-type: tektonhub } }`)).toMatchObject({
      platforms: { kubernetes: { pipelinesAsCode: { settings: { 'hub-catalog-type': 'tektonhub' } } } },
    });
  });

  it('runs what names no account as `default` on OpenShift, where the operator would take one that it is told not to make', () => {
    const account = 'default-service-account';
    expect(config('', '', 'openshift')).toMatchObject({ pipeline: { [account]: 'default' } });
    expect(config(`, settings: { ${account}: builder }`, '', 'openshift')).toMatchObject({
      pipeline: { [account]: 'builder' },
    });
    expect(at(config(), 'pipeline')).not.toHaveProperty([account]);
  });

  it('says what the platform has: the operator refuses what is for another', () => {
    expect(Object.keys(at(config(`, ${APP} }`), 'platforms') as object)).toEqual(['kubernetes']);
    expect(config('', '', 'openshift')).toMatchObject({
      targetNamespace: 'openshift-pipelines',
      params: [{ name: 'createRbacResource', value: 'false' }],
    });
    expect(config(', profile: all')).toMatchObject({ dashboard: { readonly: true } });
    expect(config(', profile: all', '', 'openshift')).not.toHaveProperty('dashboard');
  });

  it.each(['kubernetes', 'openshift'])('has no field that the operator does not know, on %s', (platform) => {
    const all = files(
      file(
        `, profile: all, ${APP} }, performance: { threads: 4, kubeApiQps: 5 }`,
        `results: { ${DATABASE}, logs: { s3: { endpoint: "https://s3.example.com", bucket: runs } }, ingress: { host: results.example.com } }`,
        platform,
      ),
    );
    expect(unknownFields(find(installed(all), 'TektonConfig'))).toEqual([]);
  });
});

describe('Results', () => {
  const RESULTS = `results: { ${DATABASE}, store: { name: vault }, logs: { s3: { endpoint: "https://s3.example.com", bucket: runs, prefix: ci/logs, region: eu-central-1 } }, retention: { default: 90d, policies: [{ name: failures, namespaces: [ci-alpha], statuses: [Failed], retention: 180d }] }, prune: { after: 36h }, ingress: { host: results.example.com, className: nginx, annotations: { nginx.ingress.kubernetes.io/backend-protocol: HTTPS } } }`;
  const objects = installed(files(file('', RESULTS)));
  const result = at(find(objects, 'TektonConfig'), 'spec', 'result');

  it('keeps records in a PostgreSQL whose certificate is verified, by credentials of a Secret', () => {
    expect(result).toMatchObject({
      is_external_db: true,
      db_host: 'db.example.com',
      db_port: 5432,
      db_name: 'tekton-results',
      db_sslmode: 'verify-full',
      db_sslrootcert: '/etc/tekton-results-database/ca.crt',
      db_secret_name: 'tekton-results-postgres',
    });
    for (const [name, container] of [
      ['tekton-results-api', 'api'],
      ['tekton-results-retention-policy-agent', 'retention-policy-agent'],
    ] as const)
      expect(at(result, 'options', 'deployments', name, 'spec', 'template', 'spec')).toMatchObject({
        volumes: [{ name: 'database-ca', configMap: { name: 'rds-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }],
        containers: [
          {
            name: container,
            volumeMounts: [{ name: 'database-ca', mountPath: '/etc/tekton-results-database', readOnly: true }],
          },
        ],
      });
  });

  it('keeps logs in a bucket, of which Git names everything but the credentials', () => {
    expect(result).toMatchObject({
      logs_api: true,
      logs_type: 'S3',
      logs_path: 'ci/logs',
      secret_name: 'tekton-results-s3',
    });
    const [api] = at(
      result,
      'options',
      'deployments',
      'tekton-results-api',
      'spec',
      'template',
      'spec',
      'containers',
    ) as readonly [{ env: unknown }];
    expect(api.env).toEqual([
      { name: 'K8S_QPS', value: '50' },
      { name: 'K8S_BURST', value: '100' },
      { name: 'S3_BUCKET_NAME', value: 'runs' },
      { name: 'S3_ENDPOINT', value: 'https://s3.example.com' },
      { name: 'S3_REGION', value: 'eu-central-1' },
    ]);
    const secrets = objects.filter(({ kind }) => kind === 'ExternalSecret');
    expect(
      secrets.map(({ metadata, spec }) => [
        metadata.name,
        (at(spec, 'data') as { secretKey: string; remoteRef: { key: string } }[]).map(
          ({ secretKey, remoteRef }) => `${secretKey} of ${remoteRef.key}`,
        ),
      ]),
    ).toEqual([
      [
        'tekton-results-postgres',
        [
          'POSTGRES_USER of tekton-pipelines/tekton-results-postgres',
          'POSTGRES_PASSWORD of tekton-pipelines/tekton-results-postgres',
        ],
      ],
      [
        'tekton-results-s3',
        [
          'S3_ACCESS_KEY_ID of tekton-pipelines/tekton-results-s3',
          'S3_SECRET_ACCESS_KEY of tekton-pipelines/tekton-results-s3',
        ],
      ],
    ]);
  });

  it('prunes runs itself, and holds back for a day what somebody else deletes', () => {
    expect(at(result, 'watcher')).toEqual({
      completed_run_grace_period: '36h0m0s',
      store_deadline: '24h0m0s',
      disable_storing_incomplete_runs: true,
      logs_api: true,
    });
    const orchestrators = objectsOf(files(file('', RESULTS)), 'teams/alpha').filter(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'tekton-dag-orchestrator',
    );
    expect(JSON.stringify(orchestrators)).toContain('{"name":"KEEP_RUNS","value":"0"}');
    expect([...files(file()).values()].join()).not.toContain('KEEP_RUNS');
  });

  it('forgets by policies, of which the first that matches counts', () => {
    const data = at(result, 'options', 'configMaps', 'tekton-results-config-results-retention-policy', 'data');
    expect(data).toMatchObject({ runAt: '5 5 * * *', defaultRetention: '90d' });
    expect(load(String(at(data, 'policies')))).toEqual([
      {
        name: 'failures',
        selector: { matchNamespaces: ['ci-alpha'], matchStatuses: ['Failed'] },
        retention: '180d',
      },
    ]);
  });

  it('asks everybody for a token, and is reached by an Ingress, or by a Route of the operator', () => {
    expect(result).toMatchObject({ auth_disable: false, auth_impersonate: false });
    expect(result).not.toHaveProperty('route_enabled');
    expect(find(objects, 'Ingress')).toMatchObject({
      metadata: {
        name: 'tekton-results-api',
        namespace: 'tekton-pipelines',
        annotations: { 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS' },
      },
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['results.example.com'] }],
        rules: [
          {
            host: 'results.example.com',
            http: { paths: [{ backend: { service: { name: 'tekton-results-api-service', port: { number: 8080 } } } }] },
          },
        ],
      },
    });
    const exposed = (more: string) => at(config('', `results: { ${DATABASE}${more} }`, 'openshift'), 'result');
    expect(exposed(', ingress: { host: results.example.com }')).toMatchObject({
      route_enabled: true,
      route_host: 'results.example.com',
      route_tls_termination: 'reencrypt',
    });
    // the operator makes a Route where nothing is said
    expect(exposed('')).toMatchObject({ route_enabled: false });
  });

  it('is read by the group of a team, in its own namespace', () => {
    const access = (more: string, props: Partial<TeamProps>) =>
      objectsOf(files(file('', more), props), 'teams/alpha').filter(
        ({ metadata }) => metadata.name === 'tekton-dag-results-reader',
      );
    expect(access(RESULTS, { group: 'alpha-developers' })).toMatchObject([
      {
        kind: 'Role',
        metadata: { namespace: 'ci-alpha' },
        rules: [
          {
            apiGroups: ['results.tekton.dev'],
            resources: ['results', 'records', 'logs', 'summary'],
            verbs: ['get', 'list'],
          },
        ],
      },
      { kind: 'RoleBinding', subjects: [{ kind: 'Group', name: 'alpha-developers' }] },
    ]);
    expect(access(RESULTS, {})).toEqual([]);
    expect(access('', { group: 'alpha-developers' })).toEqual([]);
  });
});

describe('Pipelines-as-Code', () => {
  it('gets the Secret of the GitHub App from a store', () => {
    const secret = find(installed(files(file(`, ${APP} }`))), 'ExternalSecret');
    expect(secret.metadata).toMatchObject({ name: 'pipelines-as-code-secret', namespace: 'tekton-pipelines' });
    expect(
      (at(secret, 'spec', 'data') as { secretKey: string; remoteRef: { property: string } }[]).map(
        ({ secretKey, remoteRef }) => [secretKey, remoteRef.property],
      ),
    ).toEqual([
      ['github-application-id', 'github-application-id'],
      ['github-private-key', 'github-private-key'],
      ['webhook.secret', 'webhook-secret'],
    ]);
  });

  const repositories = (source: { file: string; text: string }, props: Partial<TeamProps> = {}) =>
    objectsOf(files(source, props), 'teams/alpha').filter(({ kind }) => kind === 'Repository');

  it('knows the repositories of teams, and reads what it runs from the default branch', () => {
    const made = repositories(file(`, ${APP} }`), { maxConcurrentRuns: 4 });
    expect(made).toMatchObject([
      {
        metadata: { name: 'acme.web', namespace: 'ci-alpha' },
        spec: {
          url: 'https://github.com/acme/web',
          concurrency_limit: 4,
          settings: { pipelinerun_provenance: 'default_branch' },
        },
      },
      {
        metadata: { name: expect.stringMatching(/^acme\.my-api-[a-z2-7]{6}$/) as string },
        spec: { url: 'https://github.com/Acme/My_API' },
      },
    ]);
    expect(made.flatMap(unknownFields)).toEqual([]);
    expect(made[0]?.metadata.annotations?.['argocd.argoproj.io/sync-options']).toBe('SkipDryRunOnMissingResource=true');
  });

  it('goes by the address that webhooks name, and by no repository where it is off or the host is none of GitHub', () => {
    const web = { git: { webURL: 'https://git.example.com' } };
    expect(repositories(file(`, ${APP} }`), web)[0]).toMatchObject({
      spec: { url: 'https://git.example.com/acme/web' },
    });
    expect(repositories(file())).toEqual([]);
    const gitea = { orchestrator: { giteaURL: 'https://git.example.com/api/v1' } };
    expect(repositories(file(`, ${APP} }`), gitea)).toEqual([]);
  });

  it('keeps the options of an object beside those of the team', () => {
    const [first] = repositories(file(`, ${APP} }`), { removal: 'orphan' });
    expect(first?.metadata.annotations?.['argocd.argoproj.io/sync-options']).toBe(
      'SkipDryRunOnMissingResource=true,Delete=false',
    );
  });

  it('is reached below the domain of the cluster', () => {
    const ingress = find(installed(files(file(`, ${APP} }`, 'ingress: { domain: ci.example.com }'))), 'Ingress');
    expect(at(ingress, 'spec', 'rules')).toMatchObject([{ host: 'pipelines-as-code.ci.example.com' }]);
    const route = installed(files(file(`, ${APP} }`, 'ingress: { domain: ci.example.com }', 'openshift')));
    expect(route.map(({ kind }) => kind)).not.toContain('Ingress');
  });
});

describe('Argo CD', () => {
  const output = files(
    file(
      `, catalog: { image: quay.io/acme/index@${DIGEST} }, ${APP} }`,
      `results: { ${DATABASE}, store: { name: vault }, ingress: { host: results.example.com } }\nobservability: { namespace: monitoring }`,
    ),
  );
  const objects = installed(output);

  it('applies what others rely on first: the kind of TektonConfig comes with the operator', () => {
    const order = ['Namespace', 'CatalogSource', 'Subscription', 'TektonConfig', 'Ingress'];
    const waves = order.map((kind) => wave(find(objects, kind)));
    expect(waves).toEqual([...waves].sort((a, b) => a - b));
    expect(new Set(waves).size).toBe(order.length);
    expect(wave(find(objects, 'ExternalSecret'))).toBeLessThan(wave(find(objects, 'TektonConfig')));
    expect(find(objects, 'TektonConfig').metadata.annotations?.['argocd.argoproj.io/sync-options']).toBe(
      'Prune=false,Delete=false,SkipDryRunOnMissingResource=true',
    );
  });

  it('may apply every object, in the project of installations', () => {
    const application = inOutput(output, 'Application', 'tekton-dag.ci.install');
    for (const object of objects) expect([object, permits(output, application, object)]).toEqual([object, true]);
  });

  it('may apply the repositories of a team, in the project of the platform alone', () => {
    const [repository] = objectsOf(output, 'teams/alpha').filter(({ kind }) => kind === 'Repository');
    const [platform] = applications(output, 'tekton-dag-platform');
    const [own] = applications(output, 'tekton-dag-teams');
    expect(permits(output, platform!, repository!)).toBe(true);
    expect(permits(output, own!, repository!)).toBe(false);
  });

  it('watches the controller where the operator puts it', () => {
    const monitors = (platform: string) =>
      JSON.stringify(
        installed(files(file('', 'observability: { namespace: monitoring }', platform))).filter(
          ({ kind }) => kind === 'ServiceMonitor',
        ),
      );
    expect(monitors('openshift')).toContain('"matchNames":["openshift-pipelines"]');
    expect(monitors('kubernetes')).toContain('"matchNames":["tekton-pipelines"]');
  });
});

describe('what the documents rule out is told with its place', () => {
  it.each<[string, () => string, RegExp]>([
    [
      'a catalog by tag',
      () => said(file(', catalog: { image: "quay.io/acme/index:latest" }')),
      /^clusters\/ci.yaml:2:\d+: tekton.catalog.image: the value is malformed \(found "quay.io\/acme\/index:latest"; expected an image by digest/,
    ],
    [
      'a catalog in the place of the platform’s',
      () => said(file(`, catalog: { name: operatorhubio-catalog, image: quay.io/acme/index@${DIGEST} }`)),
      /tekton.catalog.name: is the catalog that the platform brings/,
    ],
    [
      'an operator in the namespace of Tekton',
      () => said(file(', namespace: tekton-pipelines')),
      /^clusters\/ci.yaml:2:\d+: tekton.namespace: is where the operator puts Tekton, .*found tekton-pipelines; expected another one, or none, which is tekton-operator/,
    ],
    [
      'what a release has',
      () => said(file(', release: vendor/tekton.yaml, instances: []')),
      /^clusters\/ci.yaml:2:\d+: tekton.release: does not go with install: operator: leave out one of the two\n.*: tekton.instances: does not go with install: operator: leave out one of the two/,
    ],
    [
      'what the operator has, without saying it',
      () => fleetOf({ file: 'clusters/ci.yaml', text: 'name: ci\ntekton: { channel: latest }\n' }).said.join('\n'),
      /tekton.channel: needs install: operator beside it/,
    ],
    [
      'text in place of either form',
      () => fleetOf({ file: 'clusters/ci.yaml', text: 'name: ci\ntekton: release\n' }).said.join('\n'),
      /tekton: wrong type \(found "release"; expected a mapping\)/,
    ],
    [
      'mirrors where nothing reads them',
      () => said(file(', catalog: { mirrors: [{ source: a.example.com, mirrors: [b.example.com] }] }')),
      /tekton.catalog.mirrors: nothing reads it: ImageDigestMirrorSet is a kind of OpenShift/,
    ],
    [
      'a version at which nothing stays',
      () => said(file(', startingCSV: tektoncd-operator.v0.81.1')),
      /^warning: .*tekton.startingCSV: the cluster does not stay at it/,
    ],
    [
      'a pruner beside Results',
      () => said(file(', pruner: {}', `results: { ${DATABASE} }`)),
      /^clusters\/ci.yaml:2:\d+: tekton.pruner: might take runs that are not archived yet: with results \(clusters\/ci.yaml:4:10\)/,
    ],
    [
      'Results and Triggers with the profile of Pipelines alone',
      () => said(file(', profile: lite, triggers: true', `results: { ${DATABASE} }`)),
      /lite installs Tekton Pipelines alone, and tekton.triggers needs more[^]*and results needs more/,
    ],
    [
      'another name than that of the GitHub App',
      () => said(file(`, ${APP}, settings: { application-name: Other } }`)),
      /tekton.pipelinesAsCode.settings.application-name: is not the name of the GitHub App, .*\(found "Other"; expected "Acme CI"\)/,
    ],
    [
      'a console said twice',
      () => said(file(`, ${APP}, settings: { custom-console-url: "https://other.example.com" } }`)),
      /is made of pipelinesAsCode.console: leave it out/,
    ],
    [
      'a page of tasks that names no task',
      () => said(file(`, ${APP.replace('/logs/{task}', '')} }`)),
      /console.task: the value is malformed .*expected an https address with \{namespace\}, \{run\} and \{task\}/,
    ],
    [
      'no console',
      () => said(file(', pipelinesAsCode: { githubApp: { name: Acme CI } }')),
      /tekton.pipelinesAsCode.console: is missing/,
    ],
    [
      'a team that takes events by Triggers',
      () => said(file(), { triggers: true }),
      /^teams\/alpha\/team.ts: triggers: cluster ci has no Tekton Triggers \(found true; expected false, .* or tekton.triggers: true in clusters\/ci.yaml\)/m,
    ],
    [
      'less at once than in a second',
      () => said(file(', performance: { kubeApiQps: 50, kubeApiBurst: 10 }')),
      /kubeApiBurst: is less than kubeApiQps/,
    ],
    [
      'a flag that Tekton has not',
      () => said(file(', settings: { enable-api-field: beta }')),
      /unknown key.*did you mean enable-api-fields\?/,
    ],
    [
      'a value that a flag has not',
      () => said(file(', settings: { enable-api-fields: gamma, set-security-context: "yes" }')),
      /enable-api-fields: is not what this flag may be \(found "gamma"; expected stable, beta or alpha\)[^]*set-security-context: is not what this flag may be \(found "yes"; expected true or false\)/,
    ],
    [
      'a way that there is not',
      () =>
        fleetOf({ file: 'clusters/ci.yaml', text: 'name: ci\ntekton: { install: operators, channel: x }\n' }).said.join(
          '\n',
        ),
      /^clusters\/ci.yaml:2:20: tekton.install: the value is not known \(found "operators"; expected release or operator; did you mean operator\?\)/,
    ],
    [
      'Results that nothing installs',
      () => fleetOf({ file: 'clusters/ci.yaml', text: `name: ci\nresults: { ${DATABASE} }\n` }).said.join('\n'),
      /results.release: is missing \(expected the release manifest of Tekton Results, .*; or tekton.install: operator/,
    ],
    [
      'a database of which nobody says whom to trust',
      () => said(file('', 'results: { database: { host: db.example.com } }')),
      /results.database.tls.caBundle: is missing: the API of Results does not start/,
    ],
    [
      'logs that the pod takes with it',
      () =>
        said(
          file(
            '',
            `results: { ${DATABASE}, logs: { s3: { endpoint: "https://s3.example.com", bucket: runs } }, prune: { after: 5m } }`,
          ),
        ),
      /results.prune.after: is too short: .*\(found 5m; expected 10m or more\)/,
    ],
    [
      'a record that goes before its run',
      () => said(file('', `results: { ${DATABASE}, retention: { policies: [{ name: short, retention: 24h }] } }`)),
      /results.retention.policies\[0\].retention: is no longer than the run itself .*\(found 24h; expected more than 168h\)/,
    ],
    [
      'a namespace that no team has',
      () =>
        said(
          file(
            '',
            `results: { ${DATABASE}, retention: { policies: [{ name: a, namespaces: [ci-alpa], retention: 90d }] } }`,
          ),
        ),
      /^warning: .*namespaces\[0\]: no team of this cluster has this namespace.*did you mean ci-alpha\?/,
    ],
    [
      'an IngressClass where there is a Route',
      () => said(file('', `results: { ${DATABASE}, ingress: { host: r.example.com, className: nginx } }`, 'openshift')),
      /^warning: .*results.ingress.className: not used: the operator makes a Route on OpenShift/,
    ],
  ])('%s', (_, told, expected) => expect(told()).toMatch(expected));

  it('all at once', () => {
    const problems = said(
      file(
        ', profile: lite, pruner: {}, performance: { kubeApiQps: 5, kubeApiBurst: 1 }',
        `results: { ${DATABASE}, prune: { after: 800h } }`,
      ),
      { triggers: true },
    ).split('\n');
    expect(problems.filter((line) => !line.startsWith('warning'))).toHaveLength(5);
  });

  it('takes the bundle of the cluster for the database', () => {
    const result = at(
      config('', 'results: { database: { host: db.example.com } }\ncaBundle: { secret: private-ca, key: ca.pem }'),
      'result',
    );
    expect(result).toMatchObject({ db_sslrootcert: '/etc/tekton-results-database/ca.pem' });
    expect(JSON.stringify(result)).toContain(
      '"secret":{"items":[{"key":"ca.pem","path":"ca.pem"}],"secretName":"private-ca"}',
    );
  });
});
