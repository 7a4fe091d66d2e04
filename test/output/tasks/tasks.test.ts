import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isReserved } from '../../../lib/fleet/matrix-variables';
import { allTasks, envOf, securityOf, sourcesOf } from './support/tasks';

const FOLDER = join(__dirname, '../../../lib/output/tasks');

/** What holds for every step of every Task. */

const tasks = allTasks(
  {
    images: {},
    secrets: { names: { imagePull: ['pull'] } },
    storage: { reports: { s3: { endpoint: 'https://s3.example.com', bucket: 'reports' } } },
  },
  'make test',
);
const steps = [...tasks.values()].flatMap((task) =>
  task.spec.steps.map((step) => ({ task, step, name: `${task.metadata.name}/${step.name}` })),
);

it('tries every Task of the catalogue', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && /new Task\(\s*scope/.test(readFileSync(join(FOLDER, file), 'utf8')))
    .map((file) => basename(file));
  const made = [...tasks.keys()].map((name) =>
    name
      .replace(/^run-tests-unit-.*/, 'test-unit.ts')
      .replace(/^(build|run-tests)-.*/, '$1.ts')
      .replace(/(?<!\.ts)$/, '.ts'),
  );
  expect(files.filter((file) => !made.includes(file))).toEqual([]);
});

it.each(steps)('$name: no value is pasted into its script', ({ step }) => {
  // some images have their one shell there
  expect(step.script).toMatch(/^#!\/(bin|busybox)\/sh\n/);
  expect(step.script).not.toMatch(/\$\((params|tasks|steps|step|results|context|workspaces|inputs)\./);
});

it.each(steps)('$name: requests and limits', ({ step: { computeResources } }) => {
  for (const quantities of [computeResources.requests, computeResources.limits])
    expect(Object.keys(quantities).sort()).toEqual(['cpu', 'memory']);
});

it.each(steps.filter(({ name }) => !/^build-.*\/image$/.test(name)))(
  '$name: as nobody, without rights',
  ({ task, step }) => {
    expect(securityOf(task, step)).toEqual({
      runAsNonRoot: true,
      runAsUser: 65534,
      runAsGroup: 65534,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
  },
);

const READ = ['git-read-ssh-key', 'git-read-token'];
const WRITE = ['git-ssh-key', 'github-token'];
const PUSH = 'registry-push-$(params.scope)';
const STAGING = 'registry-push-$(params.scope)-cache';
/** Of the app's own build; a scope that nobody trusts has none. */
const OF_BUILD = '$(params.build-secret)-$(params.scope)';
const BUILD = {
  clone: READ,
  'look-for-image': [STAGING],
  compile: [OF_BUILD],
  image: [STAGING, OF_BUILD, 'base-images'],
  stage: [STAGING],
};
/** Every step that mounts a Secret; what is not here mounts none. */
const SECRETS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ...Object.fromEntries(
    ['npm', 'maven', 'gradle', 'pip', 'composer', 'dockerfile'].map((tool) => [
      `build-${tool}`,
      { ...BUILD, ...(tool !== 'dockerfile' && { 'sign-upload': ['reports-s3'] }) },
    ]),
  ),
  ...Object.fromEntries(
    ['postman', 'playwright', 'artillery']
      .flatMap((kind) => [kind, `${kind}-matrix`])
      .map((kind) => [`run-tests-${kind}`, { 'sign-upload': ['reports-s3'], clone: READ }]),
  ),
  ...Object.fromEntries(
    ['npm', 'maven', 'gradle', 'pip', 'composer'].map((tool) => [
      `run-tests-unit-${tool}`,
      { 'sign-upload': ['reports-s3'], clone: READ, compile: [OF_BUILD] },
    ]),
  ),
  'push-image': { clone: READ, 'find-image': [PUSH], push: [PUSH, STAGING] },
  'bump-version': { read: READ, choose: ['registry-push-release'], bump: WRITE },
  promote: { promote: WRITE },
  'record-images': { record: WRITE },
  'release-version': { version: READ },
  'find-tested-image': { clone: READ },
  'tag-release': { tag: ['registry-push-release'] },
  'check-provenance': { fetch: ['registry-push-release'] },
  'image-scan': { scan: ['pull'] },
  notify: { notify: ['notify-webhook'] },
  'publish-outcome': { publish: ['reports-s3'] },
  verify: { clone: READ },
};

it.each(steps)('$name: the Secrets that it needs and no other, read-only', ({ task, step }) => {
  expect(sourcesOf(task, step, 'secret').sort()).toEqual([...(SECRETS[task.metadata.name]?.[step.name] ?? [])].sort());
  for (const { name, readOnly } of step.volumeMounts ?? []) {
    if (task.spec.volumes?.find((volume) => volume.name === name)?.secret) expect(readOnly).toBe(true);
  }
});

it.each(steps.filter(({ task, step }) => sourcesOf(task, step, 'secret').length > 0))(
  '$name: no value of its Secrets gets into its log',
  ({ task, step }) => {
    const folders = (step.volumeMounts ?? []).flatMap(({ name, mountPath }) =>
      task.spec.volumes?.find((volume) => volume.name === name)?.secret ? [mountPath] : [],
    );
    expect(envOf(task, step).MASKED?.split(':')).toEqual(folders);
    // before all that could write there
    expect(step.script).toMatch(/^#!.*\n(#.*\n)*\nif \[ -n "\$\{MASKED:-\}" \]; then\n/);
  },
);

it.each(
  steps.filter(
    ({ task, step }) => sourcesOf(task, step, 'secret').some((name) => name !== OF_BUILD) && task.spec.steps.length > 1,
  ),
)(
  "$name: a home of its own beside foreign code, since it holds a credential that is not the app's own",
  ({ task, step }) => {
    expect(envOf(task, step).HOME).not.toMatch(/^\/workspace/);
  },
);

it('no pod but those that push to the platform repository names a Secret that may write there', () => {
  const holders = [...tasks].filter(([, { spec }]) =>
    spec.volumes?.some(({ secret }) => WRITE.includes(String(secret?.secretName))),
  );
  expect(holders.map(([name]) => name).sort()).toEqual(['bump-version', 'promote', 'record-images']);
  // and nothing that a repository holds runs there
  for (const [, task] of holders)
    expect(task.spec.steps.map(({ script }) => script).join()).not.toMatch(/\b(npm|npx|tsx|make)\b/);
});

/** Steps that run what a repository brings. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  build: ['compile', 'unit-test', 'image'],
  'run-tests-unit': ['compile', 'unit-test'],
  'run-tests': ['test'],
  verify: ['verify'],
};
/** What foreign code may have: to leave an image, to read base images, and what the app's own build asks for. */
const HARMLESS = [STAGING, OF_BUILD, 'base-images'];
const hostile = [...tasks.values()].flatMap((task) => {
  const [, foreign] = Object.entries(FOREIGN).find(([name]) => `${task.metadata.name}-`.startsWith(`${name}-`)) ?? [];
  return foreign === undefined ? [] : [{ name: task.metadata.name, task, foreign }];
});

it.each(hostile)('$name: a step with a credential is over before foreign code begins', ({ task, foreign }) => {
  const { steps: all } = task.spec;
  const first = all.findIndex(({ name }) => foreign.includes(name));
  const holders = all.flatMap((step, at) =>
    sourcesOf(task, step, 'secret').some((name) => !HARMLESS.includes(name)) ? [{ name: step.name, at }] : [],
  );
  // Tekton lets the next step begin before it has read what this one gave: so another of ours stands between, or it waits
  const last =
    first - (all[first]?.script.includes('\n  settle\n') || all[first]?.script.includes('\nsettle\n') ? 1 : 2);
  for (const { name, at } of holders) expect({ name, over: at <= last }).toEqual({ name, over: true });
});

it.each([...tasks.values()].map((task) => ({ name: task.metadata.name, task })))(
  '$name: its results are those of its steps, and nothing of ours is in the folder that every step can write',
  ({ task }) => {
    for (const { name, value } of task.spec.results ?? []) {
      const givers = task.spec.steps.filter(({ results = [] }) => results.some((result) => result.name === name));
      expect(givers.map((step) => `$(steps.${step.name}.results.${name})`)).toEqual([value]);
    }
    expect(JSON.stringify(task)).not.toMatch(/\$\(results\.|\/tekton\/results/);
  },
);

it('no list of a matrix can take the place of a variable that a step in its Tasks has', () => {
  const inMatrix = steps.filter(({ name }) => /^run-tests-(unit-\w+|\w+-matrix)\//.test(name));
  expect(inMatrix.length).toBeGreaterThan(20);
  const names = inMatrix
    .filter(({ step }) => /^(compile|unit-test|test)$/.test(step.name))
    .flatMap(({ task, step }) => Object.keys(envOf(task, step)))
    .filter((name) => name === name.toUpperCase());
  expect([...new Set(names)].filter((name) => !isReserved(name))).toEqual([]);
});

it('says why it failed by a result of each step, which no other step can write', () => {
  for (const { task, step, name } of steps)
    expect({ name, message: envOf(task, step).RESULT_MESSAGE }).toEqual({
      name,
      message: '$(step.results.MESSAGE.path)',
    });
});
