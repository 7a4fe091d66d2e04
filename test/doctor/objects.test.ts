import { checkGiven, givenWanted } from '../../lib/doctor/given';
import { checkNamespace, namespacesWanted } from '../../lib/doctor/namespaces';
import { RUN_REQUEST_CRD, checkRunRequest } from '../../lib/doctor/run-request';
import { checkSecret, secretsWanted } from '../../lib/doctor/secrets';
import { checkStorage, claimsWanted } from '../../lib/doctor/storage';
import { addressesWanted, checkAddress, withoutIngress } from '../../lib/doctor/webhook-address';
import type { Manifest } from '../../lib/kube/manifest';
import { applyOrchestrator, wantedOf } from '../../lib/doctor/wanted';
import { clusterPart } from '../../lib/words/names';
import { app, fixture, resolve, stackFile, team } from '../fleet/support';
import { read, refused, told, wanted } from './support';

/** What must be there: a small cluster, and one thing that is wrong with it. */

describe('Secrets', () => {
  const secrets = secretsWanted(wanted());
  const of = (name: string) => secrets.find((secret) => secret.name === name)!;

  it('finds one that is missing, with the line of team secrets', () => {
    expect(checkSecret(of('github-token'), read(undefined))).toMatchObject([
      {
        severity: 'error',
        subject: 'Secret ci-shop/github-token',
        remedy:
          "kubectl create secret generic github-token --namespace=ci-shop --from-file=token='<file with the token>'",
      },
    ]);
  });

  it('tells an optional one that is missing as a note, and one that is wrong as a warning', () => {
    expect(checkSecret(of('base-images'), read(undefined))).toMatchObject([{ severity: 'note' }]);
    expect(checkSecret(of('base-images'), read({ type: 'Opaque', keys: ['.dockerconfigjson'] }))).toMatchObject([
      { severity: 'warning', message: 'is of type Opaque, and kubernetes.io/dockerconfigjson is read' },
    ]);
  });

  it('finds a key that is missing, and takes any key of a webhook secret', () => {
    expect(told(checkSecret(of('github-token'), read({ type: 'Opaque', keys: ['tokn'] })))).toEqual([
      'error Secret ci-shop/github-token lacks key token',
    ]);
    expect(checkSecret(of('github-token'), read({ type: 'Opaque', keys: ['token', 'more'] }))).toEqual([]);
    expect(checkSecret(of('github-webhook-secret'), read({ type: 'Opaque', keys: ['next'] }))).toEqual([]);
    expect(checkSecret(of('github-webhook-secret'), read({ type: 'Opaque', keys: [] }))).toHaveLength(1);
  });

  it('says of what a store makes where it comes from', () => {
    const store = { backend: 'external-secrets', store: { name: 'vault' } } as const;
    const secret = secretsWanted(wanted({ secrets: store })).find(({ name }) => name === 'github-token')!;
    expect(secret.remedy).toContain(
      'made of the entry shop/github-token of store vault: property token; kubectl describe',
    );
    const [unserved] = secretsWanted(wanted({ secrets: store }), false).filter(({ name }) => name === 'github-token');
    expect(unserved!.remedy).toMatch(/property token; install External Secrets: /);
    expect(unserved!.remedy).not.toContain('kubectl');
  });

  it('knows those of the orchestrator of a cluster', () =>
    expect(
      secretsWanted(wanted({ orchestrator: { mode: 'shared' } })).filter(({ namespace }) => namespace === 'tekton-dag'),
    ).toMatchObject([{ name: 'github-webhook-secret' }, { name: 'github-token', optional: true }]));

  it('knows those that fleet.ts names', () => {
    const { cluster, teams } = wanted();
    const fleet = { teams, elsewhere: [], clusters: [cluster] };
    const code = { file: 'fleet.ts', checks: {}, secrets: { licences: ['key'] } };
    const found = secretsWanted(wantedOf(fleet, { teams: new Map(), fleet: code }, cluster, teams));
    expect(
      told(
        checkSecret(
          found.find(({ name }) => name === 'licences')!,
          read(undefined),
        ),
      ),
    ).toEqual(['error Secret ci-shop/licences is missing: it is mounted by tasks of fleet.ts, whose pods wait for it']);
  });

  it('knows those of what a cluster installs, each where it is read', () => {
    const results = {
      database: { host: 'db.example.com', tls: { caBundle: { secret: 'rds-ca' } } },
      logs: { s3: { endpoint: 'https://s3.example.com', bucket: 'runs' } },
    };
    const said = wanted({}, { tekton: { install: 'operator', channel: 'latest' }, platform: 'openshift', results });
    expect(secretsWanted(said).filter(({ namespace }) => namespace === 'openshift-pipelines')).toMatchObject([
      { name: 'tekton-results-postgres', keys: ['POSTGRES_USER', 'POSTGRES_PASSWORD'] },
      { name: 'rds-ca', keys: ['ca.crt'] },
      { name: 'tekton-results-s3', keys: ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] },
    ]);
  });

  it('does not hold against a cluster what it may not read', () =>
    expect(checkSecret(of('github-token'), refused)).toEqual([
      {
        check: 'secrets',
        severity: 'note',
        subject: 'Secret ci-shop/github-token',
        message: 'not checked: this needs get on things',
        notChecked: true,
      },
    ]));

  it('asks for those that apps and private authorities are given, of any type', () => {
    const [bundle] = secretsWanted(wanted({}, { caBundle: { secret: 'private-ca', key: 'root.crt' } })).filter(
      ({ name }) => name === 'private-ca',
    );
    expect(checkSecret(bundle!, read({ type: 'kubernetes.io/tls', keys: ['root.crt'] }))).toEqual([]);
    expect(told(checkSecret(bundle!, read({ type: 'Opaque', keys: ['ca.crt'] })))).toEqual([
      'error Secret ci-shop/private-ca lacks key root.crt',
    ]);
  });
});

describe('what others make', () => {
  const file = {
    caBundle: { configMap: 'private-ca', key: 'root.crt' },
    podTemplate: { runtimeClass: 'gvisor', priorityClass: 'low' },
  };
  const given = givenWanted(wanted({}, file));
  const shown = given.map(({ kind, namespace, name }) => `${kind} ${namespace ?? '-'}/${name}`);

  it('is wanted once, and no Secret is among it', () =>
    expect(shown.sort()).toEqual([
      'ConfigMap ci-shop/private-ca',
      'ConfigMap shop-staging/private-ca',
      'PriorityClass -/low',
      'RuntimeClass -/gvisor',
    ]));

  it('must be there, with the key that is read of it', () => {
    const bundle = given.find(({ name }) => name === 'private-ca')!;
    expect(checkGiven(bundle, read(undefined))[0]!.remedy).toContain('--from-file=root.crt=FILE');
    expect(told(checkGiven(bundle, read(['ca.crt'])))).toEqual([
      'error ConfigMap ci-shop/private-ca lacks key root.crt, which holds the private authorities',
    ]);
    expect(checkGiven(bundle, read(['root.crt']))).toEqual([]);
  });
});

describe('what a cluster’s file takes for given', () => {
  const given = (text: string) => {
    const release = (name: string) => ({ ...fixture('tekton', name), file: `vendor/${name}` });
    const { fleet, said } = resolve({
      clusters: [{ file: 'clusters/ci.yaml', text: `name: ci\n${text}` }],
      releases: ['whole-release.yaml', 'results.yaml'].map(release),
      teams: [team('alpha', ['alpha'], { cluster: 'ci' })],
      stacks: [stackFile('alpha', [app('web')])],
    });
    if (fleet === undefined) throw new Error(said.join('\n'));
    return givenWanted(wantedOf(fleet, { teams: new Map() }, fleet.clusters[0]!, fleet.teams)).map(
      ({ kind, namespace, name, key, remedy }) => [`${kind} ${namespace ?? '-'}/${name} ${key}`, remedy],
    );
  };
  const database = 'database: { host: db.example.com, tls: { caBundle: { configMap: rds-ca, key: rds.pem } } }';
  const bundle = (namespace: string) => [
    `ConfigMap ${namespace}/rds-ca rds.pem`,
    `kubectl create configmap rds-ca --namespace=${namespace} --from-file=rds.pem=FILE`,
  ];

  it('are namespaces that an instance lists, and no team has', () =>
    expect(
      given(
        'tekton: { instances: [{ name: a, release: vendor/whole-release.yaml, namespaces: [sandbox, ci-alpha] }] }',
      ),
    ).toEqual([['Namespace -/sandbox undefined', 'kubectl create namespace sandbox']]));

  it('is the authority of the database of Results, and a namespace comes by the file that makes it', () => {
    expect(
      given(
        `tekton: { install: release, release: vendor/whole-release.yaml }\nresults: { release: vendor/results.yaml, ${database}, store: { name: vault } }`,
      ),
    ).toEqual([
      bundle('tekton-pipelines'),
      ['Namespace -/tekton-pipelines undefined', 'kubectl apply --server-side -f dist/install/ci/00-namespaces.yaml'],
    ]);
    expect(given(`tekton: { install: operator, channel: latest }\nresults: { ${database} }`)).toEqual(
      expect.arrayContaining([
        bundle('tekton-pipelines'),
        ['Namespace -/tekton-operator undefined', 'kubectl apply --server-side -f dist/install/ci/00-namespaces.yaml'],
      ]),
    );
  });
});

describe('claims', () => {
  const standard = { metadata: { name: 'standard', annotations: {} }, provisioner: 'example.com/disks' };
  const byDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const [claim] = claimsWanted(wanted().objects);
  const none = read(undefined);

  it('want a class that is the default', () => {
    const [finding] = checkStorage(claim!, none, read([standard]));
    expect(finding).toMatchObject({
      severity: 'error',
      remedy: expect.stringContaining('annotate storageclass standard'),
    });
    const chosen = { ...standard, metadata: { name: 'standard', annotations: byDefault } };
    expect(checkStorage(claim!, none, read([chosen]))).toEqual([]);
  });

  it('want the class that they name, and no other', () => {
    const [named] = claimsWanted(wanted({ storage: { cache: { storageClass: 'fast' } } }).objects);
    const isDefault = { ...standard, metadata: { name: 'standard', annotations: byDefault } };
    expect(told(checkStorage(named!, none, read([isDefault])))).toEqual([
      'error PersistentVolumeClaim ci-shop/tekton-dag-cache-release its StorageClass fast is missing (there are: standard)',
    ]);
  });

  it('that are bound want none', () => {
    const bound = { ...claim!, status: { phase: 'Bound' } };
    expect(checkStorage(claim!, read(bound), read([]))).toEqual([]);
    expect(checkStorage(claim!, read({ ...bound, status: { phase: 'Lost' } }), read([]))).toHaveLength(1);
  });

  it('of several nodes are told where the provisioner is known to have none, and nowhere else', () => {
    const [many] = claimsWanted(wanted({ storage: { cache: { accessMode: 'ReadWriteMany' } } }).objects);
    const by = (provisioner: string) => [{ metadata: { name: 'x', annotations: byDefault }, provisioner }];
    expect(checkStorage(many!, none, read(by('ebs.csi.aws.com')))).toMatchObject([{ severity: 'warning' }]);
    expect(checkStorage(many!, none, read(by('nfs.csi.k8s.io')))).toEqual([]);
    expect(checkStorage(claim!, none, read(by('ebs.csi.aws.com')))).toEqual([]);
  });
});

describe('namespaces', () => {
  const [runs] = namespacesWanted(wanted());
  const labelled = (level?: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'ci-shop', labels: level === undefined ? {} : { 'pod-security.kubernetes.io/enforce': level } },
  });

  it.each([
    ['baseline', []],
    ['restricted', ['error Namespace ci-shop enforces Pod Security restricted, and pods of ours need baseline']],
    ['privileged', ['warning Namespace ci-shop enforces Pod Security privileged, and synth gives it baseline']],
    [
      undefined,
      ['warning Namespace ci-shop has no label pod-security.kubernetes.io/enforce, and synth gives it baseline'],
    ],
  ])('that enforce %s', (level, expected) =>
    expect(told(checkNamespace(runs!, read(labelled(level))))).toEqual(expected),
  );

  it.each(['restricted', 'privileged'])('get another level than %s by a label, for an apply would conflict', (level) =>
    expect(checkNamespace(runs!, read(labelled(level)))).toMatchObject([
      { remedy: 'kubectl label namespace ci-shop --overwrite pod-security.kubernetes.io/enforce=baseline' },
    ]),
  );

  it('that are missing are made by the team’s folder', () =>
    expect(checkNamespace(runs!, read(undefined))).toMatchObject([
      { severity: 'error', remedy: 'kubectl apply --server-side -f dist/teams/shop' },
    ]));

  it('of the orchestrator that teams share is made by the folder of the cluster, however it is named', () =>
    expect(applyOrchestrator({ name: 'arn:aws:eks:eu' })).toBe(
      `kubectl apply --server-side -f dist/cluster/${clusterPart('arn:aws:eks:eu')}`,
    ));

  it('need more where builds do', () =>
    expect(namespacesWanted(wanted({ build: { backend: 'buildkit' } }))[0]).toMatchObject({ level: 'privileged' }));
});

describe('a router of webhooks', () => {
  const name = 'tekton-dag-webhook-router';
  const there = wanted({}, { webhookRouter: { members: [{ name: 'x', url: 'https://x.example.com' }] } });

  it('has its Secret, its namespace and its address looked at', () => {
    expect(secretsWanted(there).filter(({ namespace }) => namespace === name)).toMatchObject([
      { name: 'github-webhook-secret', optional: false, remedy: expect.stringContaining(`--namespace=${name}`) },
    ]);
    expect(givenWanted(there).filter(({ namespace }) => namespace === name)).toEqual([]);
    expect(namespacesWanted(there)).toContainEqual({
      name,
      level: 'restricted',
      isOurs: true,
      remedy: 'kubectl apply --server-side -f dist/cluster/kind-local',
    });
    expect(addressesWanted(there.objects).filter(({ metadata }) => metadata.name === name)).toMatchObject([
      { kind: 'Deployment' },
      { kind: 'Service' },
    ]);
  });

  it('is told by its own name where its pods are not ready', () => {
    const deployment = addressesWanted(there.objects).find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === name,
    )!;
    const [finding] = checkAddress(deployment, read({ ...deployment, status: {} }), read([]), 'apply');
    expect(finding?.remedy).toContain(`deployment/${name} `);
  });
});

describe('the kind of requests', () => {
  const crd = wanted().objects.find(({ metadata }) => metadata.name === RUN_REQUEST_CRD)!;
  const copy = <T>(object: T): T => JSON.parse(JSON.stringify(object)) as T;
  const live = copy(crd) as Manifest & { spec: { versions: { served: boolean }[] } };

  it('is as it is made, whatever the API server has filled in', () => {
    expect(checkRunRequest(crd, read({ ...live, spec: { ...live.spec, conversion: { strategy: 'None' } } }))).toEqual(
      [],
    );
    expect(checkRunRequest(crd, read(undefined))).toMatchObject([{ severity: 'error', message: 'is missing' }]);
  });

  it('of another version is told by its fields', () => {
    const changed = copy(live);
    changed.spec.versions[0]!.served = false;
    expect(told(checkRunRequest(crd, read(changed)))).toEqual([
      `error CustomResourceDefinition ${RUN_REQUEST_CRD} is not what this version makes: spec.versions[v1alpha1].served differ`,
    ]);
  });

  it('is established', () => {
    const status = { conditions: [{ type: 'Established', status: 'False', message: 'not yet' }] };
    expect(told(checkRunRequest(crd, read({ ...live, status })))).toEqual([
      `error CustomResourceDefinition ${RUN_REQUEST_CRD} is not served: not yet`,
    ]);
  });
});

describe('the address of webhooks', () => {
  const domain = { ingress: { domain: 'ci.example.com', className: 'nginx' } };
  const of = (kind: string, file = {}) =>
    addressesWanted(wanted({}, file).objects).find((object) => object.kind === kind)!;
  const check = (one: Manifest, live: object | undefined, classes: readonly string[] = []) =>
    told(
      checkAddress(
        one,
        read(live === undefined ? undefined : { ...one, ...live }),
        read(classes.map((name) => ({ metadata: { name } }))),
        'apply',
      ),
    ).map((line) => line.slice(0, 60));

  it('is a Deployment with all pods ready', () => {
    const deployment = of('Deployment');
    expect(check(deployment, undefined)).toEqual([expect.stringContaining('is missing')]);
    expect(check(deployment, { status: {} })).toEqual([expect.stringMatching(/^error .* has no/)]);
    const two = { spec: { replicas: 2 } };
    expect(check(deployment, { ...two, status: { readyReplicas: 1 } })).toEqual([expect.stringMatching(/^warning /)]);
    expect(check(deployment, { ...two, status: { readyReplicas: 2 } })).toEqual([]);
  });

  it('is an Ingress that a controller serves', () => {
    const ingress = of('Ingress', domain);
    expect(check(ingress, { status: {} }, ['other'])).toEqual([expect.stringContaining('error')]);
    expect(check(ingress, { status: {} }, ['nginx'])).toEqual([expect.stringContaining('warning')]);
    expect(check(ingress, { status: { loadBalancer: { ingress: [{ hostname: 'x' }] } } })).toEqual([]);
  });

  it('is somebody else’s where no Ingress is made', () => {
    expect(withoutIngress(addressesWanted(wanted().objects))).toMatchObject([{ severity: 'note' }]);
    expect(withoutIngress(addressesWanted(wanted({}, domain).objects))).toEqual([]);
  });
});
