import { siteOf } from '../../../../lib/fleet/site';
import { BUILD_BACKENDS, podSecurityLevel } from '../../../../lib/fleet/team';
import type { BuildBackend } from '../../../../lib/fleet/team';
import { buildParams } from '../../../../lib/output/tasks/build/build-interface';
import { resolveImages } from '../../../../lib/output/tasks/shared/images';
import { podSecurity } from '../../../../lib/fleet/pod-security';
import { app, images, team } from '../../team/model';
import type { TaskManifest } from '../support/tasks';
import { allTasks, envOf, securityOf, sourcesOf, stepNamed, taskNamed } from '../support/tasks';

const TOOLS = ['npm', 'maven', 'gradle', 'pip', 'composer'] as const;
const tasks = allTasks();
const build = (tool: string) => taskNamed(tasks, `build-${tool}`);
const names = ({ spec }: TaskManifest) => spec.steps.map(({ name }) => name);

describe.each([...TOOLS, 'dockerfile'])('build-%s', (tool) => {
  const task = build(tool);
  const step = (name: string) => stepNamed(task, name);

  it('has the interface that every pipeline uses', () => {
    expect(task.spec.params.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'app',
        'url',
        'revision',
        'app-revision',
        'context-dir',
        'dockerfile',
        'image',
        'release-image',
        'scope',
        'cache',
        'force-rebuild',
        'tested-image',
        'tested-key',
        'released-version',
        'platforms',
      ]),
    );
    expect(task.spec.results?.map(({ name }) => name).sort()).toEqual(['BUILT', 'COMMIT']);
  });

  it('looks for an image before it builds, and builds only without one', () => {
    expect(names(task).slice(0, 2)).toEqual(['clone', 'look-for-image']);
    for (const { name, when } of task.spec.steps) {
      const guarded = !['clone', 'look-for-image', 'stage'].includes(name);
      expect({ name, when: when ?? [] }).toEqual({
        name,
        when: guarded ? [{ input: '$(steps.look-for-image.results.FOUND)', operator: 'in', values: [''] }] : [],
      });
    }
  });

  it('leaves the image where push-image takes it, with the Secret that does so', () => {
    const push = taskNamed(tasks, 'push-image');
    const [made, handed, taken] = [
      envOf(task, step('image')),
      envOf(task, step('stage')),
      envOf(push, stepNamed(push, 'push')),
    ];
    for (const name of ['LAYOUT', 'KEY', 'STAGING_REPO'])
      expect({ name, value: handed[name] }).toEqual({ name, value: made[name] });
    for (const name of ['KEY', 'STAGING_REPO'])
      expect({ name, value: taken[name] }).toEqual({ name, value: made[name] });
    expect(made.STAGING_REPO).toBe('$(params.cache-repo)/$(params.scope)');
    expect([made.REGISTRY_AUTH, taken.SOURCE_AUTH]).toEqual([handed.REGISTRY_AUTH, handed.REGISTRY_AUTH]);
  });

  it('gives and takes layers where releases do, whoever builds', () => {
    expect(envOf(task, step('image')).LAYERS_REPO).toBe('$(params.cache-repo)/release');
    expect(task.spec.params.find(({ name }) => name === 'cache-repo')).toMatchObject({
      default: 'registry.example.com/shop/cache',
    });
    expect(task.spec.params.find(({ name }) => name === 'cache')).toMatchObject({
      default: 'tekton-dag-cache-release',
    });
  });

  it('knows an image by everything that it is told of its content', () => {
    const content = step('clone').args ?? [];
    const notContent = [
      'app',
      'url',
      'revision',
      'app-revision',
      'context-dir',
      'image',
      'release-image',
      'scope',
      'cache',
      'cache-repo',
      'force-rebuild',
      'tested-image',
      'tested-key',
      'released-version',
      'unit-reports',
    ];
    for (const { name } of task.spec.params.filter((param) => !notContent.includes(param.name))) {
      expect(content.some((value) => value.startsWith(`$(params.${name}`))).toBe(true);
    }
  });

  it('asks for the resources of one large step, though steps are added up', () => {
    const large = task.spec.steps.filter(({ computeResources }) => computeResources.requests.memory === '1Gi');
    expect(large.map(({ name }) => name)).toEqual([tool === 'dockerfile' ? 'image' : 'compile']);
  });
});

const reporting = allTasks({}, 'make test');
describe.each(TOOLS)('build-%s of a team whose unit tests report', (tool) => {
  const task = taskNamed(reporting, `build-${tool}`);
  const step = (name: string) => stepNamed(task, name);

  it('is the build, and reads what its unit tests report as soon as they are over', () => {
    const { params, results } = build(tool).spec;
    expect(task.spec.results).toEqual(results);
    expect(task.spec.params).toEqual(params);
    expect(names(task).filter((name) => !['summarize', 'save-report'].includes(name))).toEqual(names(build(tool)));
    expect(names(task).slice(names(task).indexOf('compile'))).toEqual([
      ...['compile', 'unit-test', 'summarize', 'save-report', 'save-cache', 'image', 'stage'],
    ]);
  });

  it('goes on behind tests that fail, until their report is read', () => {
    expect(task.spec.steps.filter(({ onError }) => onError !== undefined).map(({ name }) => name)).toEqual([
      'unit-test',
    ]);
    expect(envOf(task, step('save-report'))).toMatchObject({
      OUTCOME: '$(steps.unit-test.results.outcome)',
      TESTS: '$(steps.summarize.results.TESTS)',
      KIND: 'unit',
    });
    // beside the cache no second claim, which may be on a volume that no node reaches together with it
    expect((task.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? [])).toEqual([
      '$(params.cache)',
    ]);
    expect(step('save-report').env).toContainEqual({ name: 'KEEP' });
    for (const name of ['summarize', 'save-report']) expect(step(name).when).toEqual(step('unit-test').when);
  });

  it('reads what foreign code wrote with nothing mounted, from where that was told to write', () => {
    expect(step('summarize').volumeMounts ?? []).toEqual([]);
    const { REPORT, SOURCE } = envOf(task, step('unit-test'));
    expect(envOf(task, step('summarize'))).toMatchObject({ REPORT, SOURCE, COLLECT: '$(params.unit-reports)' });
    expect(envOf(build(tool), stepNamed(build(tool), 'unit-test')).REPORT).toBe(REPORT);
  });
});

describe('push-image', () => {
  const task = taskNamed(tasks, 'push-image');

  it('says what there is by its own checkout and what it pushed, never by what a build says', () => {
    expect(names(task)).toEqual(['clone', 'find-image', 'push']);
    const values = Object.fromEntries((task.spec.results ?? []).map(({ name, value }) => [name, value]));
    expect(values).toEqual({
      IMAGE_URL: '$(steps.push.results.IMAGE_URL)',
      IMAGE_DIGEST: '$(steps.push.results.IMAGE_DIGEST)',
      COMMIT: '$(steps.clone.results.COMMIT)',
      TREE: '$(steps.clone.results.TREE)',
      KEY: '$(steps.clone.results.KEY)',
    });
  });

  it('checks out as every build does', () => {
    for (const tool of [...TOOLS, 'dockerfile'])
      expect({ ...stepNamed(build(tool), 'clone'), securityContext: undefined }).toEqual(stepNamed(task, 'clone'));
  });
});

describe.each(TOOLS)('build-%s compiles', (tool) => {
  const task = build(tool);

  it('in the toolchain of the app, with what it downloaded before', () => {
    for (const name of ['compile', 'unit-test']) {
      const step = stepNamed(task, name);
      expect(step.image).toBe('$(params.toolchain)');
      expect(step.args).toEqual(['$(params.build-env[*])']);
      expect(Object.values(envOf(task, step)).some((value) => value.includes('/workspace/cache/'))).toBe(true);
    }
  });

  it('the cache volume and foreign code never meet', () => {
    const mounting = task.spec.steps.filter((step) => sourcesOf(task, step, 'persistentVolumeClaim').length > 0);
    expect(mounting.map(({ name, volumeMounts = [] }) => [name, volumeMounts[0]?.readOnly])).toEqual([
      ['restore-cache', true],
      ['save-cache', undefined],
    ]);
    for (const step of mounting) expect(step.image).toBe(images('git'));
  });

  it('keeps the cache before the image is built', () => {
    const order = names(task);
    expect(order.filter((name) => name !== 'composer')).toEqual([
      'clone',
      'look-for-image',
      'restore-cache',
      'compile',
      'unit-test',
      'save-cache',
      'image',
      'stage',
    ]);
    expect(order.includes('composer')).toBe(tool === 'composer');
  });
});

describe.each(BUILD_BACKENDS)('backend %s', (backend: BuildBackend) => {
  const made = allTasks({ build: { backend } });
  const task = taskNamed(made, 'build-npm');
  const image = stepNamed(task, 'image');
  const security = securityOf(task, image);

  it('builds in its own image, its layers in a volume of the pod', () => {
    expect(image.image).toBe(images(backend));
    const [layers] = task.spec.volumes?.filter(({ name }) => name === 'layers') ?? [];
    expect(layers).toEqual({ name: 'layers', emptyDir: {} });
    expect(image.volumeMounts?.map(({ name }) => name)).toContain('layers');
  });

  // https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
  it('needs the Pod Security level that it states, and the namespace has it', () => {
    const allowed = [
      'AUDIT_WRITE',
      'CHOWN',
      'DAC_OVERRIDE',
      'FOWNER',
      'FSETID',
      'KILL',
      'MKNOD',
      'NET_BIND_SERVICE',
      'SETFCAP',
      'SETGID',
      'SETPCAP',
      'SETUID',
      'SYS_CHROOT',
    ];
    const { add = [] } = (security.capabilities ?? {}) as { add?: string[] };
    const profiles = [security.seccompProfile, security.appArmorProfile] as ({ type: string } | undefined)[];
    const baseline =
      security.privileged !== true &&
      add.every((capability) => allowed.includes(capability)) &&
      profiles.every((profile) => profile?.type !== 'Unconfined');
    const site = siteOf(undefined);
    expect(podSecurityLevel(backend, site)).toBe(baseline ? 'baseline' : 'privileged');
    expect(podSecurity(team({ build: { backend } }), 'ci-shop')).toBe(podSecurityLevel(backend, site));
  });

  it('is not kept by what the other steps are: it unshares, mounts or changes owners', () => {
    expect(security.allowPrivilegeEscalation).toBe(true);
    expect((security.seccompProfile as { type?: string } | undefined)?.type).not.toBe('RuntimeDefault');
  });

  it('leaves the other steps restricted', () => {
    expect(securityOf(task, stepNamed(task, 'compile'))).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });
});

describe('buildParams', () => {
  const params = (over: Parameters<typeof app>[1], lookup = images) =>
    buildParams(app('cart', over), { images: lookup, team: team() });

  it('tells the Task of the app, and leaves to its defaults what the app does not say', () => {
    expect(
      params({
        contextDir: 'my app',
        build: {
          tool: 'maven',
          version: '17',
          command: 'mvn verify',
          preCommand: 'make gen',
          env: { A: '1', B: 'x y' },
          platforms: ['linux/arm64'],
        },
        tests: { unit: 'mvn test' },
      }),
    ).toEqual({
      app: 'cart',
      url: 'https://github.com/acme/cart',
      'cache-repo': 'registry.example.com/shop/cache',
      'context-dir': 'my app',
      dockerfile: 'Dockerfile',
      toolchain: images('maven-17'),
      'pre-command': 'make gen',
      'build-command': 'mvn verify',
      'unit-test': 'mvn test',
      'build-env': ['A=1', 'B=x y'],
      platforms: ['linux/arm64'],
    });
    expect(params({ build: { env: {}, platforms: [] } })).toEqual({
      app: 'cart',
      url: 'https://github.com/acme/cart',
      'cache-repo': 'registry.example.com/shop/cache',
      'context-dir': '.',
      dockerfile: 'Dockerfile',
      toolchain: '',
    });
  });

  it.each(TOOLS)('%s has a command and a version where the stack asks for none', (tool) => {
    const { toolchain, 'build-command': command } = params({ build: { tool, env: {}, platforms: [] } });
    expect(command).toContain(
      { npm: 'npm ci', maven: 'mvn', gradle: 'gradle', pip: 'pip install', composer: 'composer install' }[tool],
    );
    expect(toolchain).toMatch(/-[0-9.]+:/);
  });

  it('refuses a language version that has no image', () => {
    const table = resolveImages(team());
    expect(() => params({ build: { tool: 'npm', version: '7', env: {}, platforms: [] } }, table)).toThrow(
      /no image is known for 'node-7'/,
    );
  });
});
