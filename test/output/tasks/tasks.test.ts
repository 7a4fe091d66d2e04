import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { allTasks, envOf, securityOf, sourcesOf } from './support/tasks';

const FOLDER = join(__dirname, '../../../lib/output/tasks');

/** What holds for every step of every Task. */

const tasks = allTasks({ images: {}, secrets: { names: { imagePull: ['pull'] } } });
const steps = [...tasks.values()].flatMap((task) =>
  task.spec.steps.map((step) => ({ task, step, name: `${task.metadata.name}/${step.name}` })),
);

it('tries every Task of the catalogue', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && /new Task\(\s*scope/.test(readFileSync(join(FOLDER, file), 'utf8')))
    .map((file) => basename(file));
  const made = [...tasks.keys()].map((name) =>
    name.replace(/^(build|run-tests)-.*/, '$1.ts').replace(/(?<!\.ts)$/, '.ts'),
  );
  expect(files.filter((file) => !made.includes(file))).toEqual([]);
});

it.each(steps)('$name: no value is pasted into its script', ({ step }) => {
  expect(step.script).toMatch(/^#!\/bin\/sh\n/);
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

const GIT = ['git-ssh-key', 'github-token'];
const PUSH = 'registry-push-$(params.scope)';
const LAYER_CACHE = 'registry-push-$(params.scope)-cache';
/** Of the app's own build; a scope that nobody trusts has none. */
const OF_BUILD = '$(params.build-secret)-$(params.scope)';
const BUILD = {
  clone: GIT,
  'find-image': [PUSH],
  compile: [OF_BUILD],
  image: [LAYER_CACHE, OF_BUILD, 'base-images'],
  push: [PUSH, LAYER_CACHE],
};
/** Every step that mounts a Secret; what is not here mounts none. */
const SECRETS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ...Object.fromEntries(
    ['npm', 'maven', 'gradle', 'pip', 'composer', 'dockerfile'].map((tool) => [`build-${tool}`, BUILD]),
  ),
  ...Object.fromEntries(['postman', 'playwright', 'artillery'].map((kind) => [`run-tests-${kind}`, { clone: GIT }])),
  'bump-version': { read: GIT, choose: ['registry-push-release'], bump: GIT },
  promote: { promote: GIT },
  'record-images': { record: GIT },
  'release-version': { version: GIT },
  'find-tested-image': { clone: GIT },
  'tag-release': { tag: ['registry-push-release'] },
  'image-scan': { scan: ['pull'] },
  notify: { notify: ['notify-webhook'] },
  verify: { clone: GIT },
};

it.each(steps)('$name: the Secrets that it needs and no other, read-only', ({ task, step }) => {
  expect(sourcesOf(task, step, 'secret').sort()).toEqual([...(SECRETS[task.metadata.name]?.[step.name] ?? [])].sort());
  for (const { name, readOnly } of step.volumeMounts ?? []) {
    if (task.spec.volumes?.find((volume) => volume.name === name)?.secret) expect(readOnly).toBe(true);
  }
});

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
