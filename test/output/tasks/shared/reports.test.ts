import { TEST_KINDS } from '../../../../lib/words/names';
import type { TaskManifest } from '../support/tasks';
import { allTasks, envOf, sourcesOf, stepNamed, taskNamed } from '../support/tasks';

const S3 = { endpoint: 'https://minio.example.com:9000', bucket: 'ci-reports' };
const places: readonly (readonly [task: string, step: string, holder: string])[] = [
  ...TEST_KINDS.map((kind) => [`run-tests-${kind}`, 'save-report', 'sign-upload'] as const),
  ['publish-outcome', 'publish', 'publish'],
];
const mounted = (task: TaskManifest, kind: 'secret' | 'persistentVolumeClaim'): string[] =>
  task.spec.steps
    .filter((step) => sourcesOf(task, step, kind).some((name) => /reports/.test(name)))
    .map(({ name }) => name);

const BUILD = ['build-npm', 'save-report', 'sign-upload'] as const;

// a build has the claim of its cache, and a second one may be on a volume that no node reaches together with it
it('build-npm mounts no claim for reports', () =>
  expect(mounted(taskNamed(allTasks({}, 'make test'), BUILD[0]), 'persistentVolumeClaim')).toEqual([]));

describe.each(places)('%s keeps files', (name, step) => {
  it('on the claim, unless the team has a bucket, and only in its own step', () => {
    const task = taskNamed(allTasks({}, 'make test'), name);
    expect(mounted(task, 'persistentVolumeClaim')).toEqual([step]);
    expect(mounted(task, 'secret')).toEqual([]);
    const env = envOf(task, stepNamed(task, step));
    expect(env).toMatchObject({ CLAIM: 'tekton-dag-reports', CLAIM_FOLDER: '/reports' });
    expect(env).not.toHaveProperty('S3_URL');
  });
});

describe.each([...places, BUILD])('%s keeps files', (name, step, holder) => {
  it('in the bucket with the credentials of its Secret, which no other step has', () => {
    const task = taskNamed(
      allTasks(
        { storage: { reports: { s3: { ...S3, prefix: 'shop/ci', region: 'eu-central-1', secret: 'minio' } } } },
        'make test',
      ),
      name,
    );
    expect(task.spec.volumes).toContainEqual({ name: 'reports-s3', secret: { secretName: 'minio', optional: true } });
    expect(
      task.spec.steps
        .filter(({ volumeMounts }) => volumeMounts?.some((mount) => mount.name === 'reports-s3'))
        .map((each) => each.name),
    ).toEqual([holder]);
    const env = envOf(task, stepNamed(task, step));
    expect(env).toMatchObject({ S3_URL: 'https://minio.example.com:9000/ci-reports/shop/ci', SECRET: 'minio' });
    expect(envOf(task, stepNamed(task, holder))).toMatchObject({
      S3_REGION: 'eu-central-1',
      S3_CREDENTIALS: '/credentials/s3',
    });
    if (holder !== step) {
      const form = { FORM: '/workspace/upload.json', S3_PREFIX: 'shop/ci', APP: '$(params.app)' };
      expect(env).toMatchObject({ ...form, S3_ADDRESS: 'https://minio.example.com:9000/ci-reports' });
      expect(envOf(task, stepNamed(task, holder))).toMatchObject({ ...form, S3_BUCKET: 'ci-reports' });
      expect(env).not.toHaveProperty('S3_CREDENTIALS');
    }
    expect(env).not.toHaveProperty('CLAIM');
  });

  it('at the top of the bucket without a prefix', () => {
    const task = taskNamed(allTasks({ storage: { reports: { s3: S3 } } }, 'make test'), name);
    expect(envOf(task, stepNamed(task, step))).toMatchObject({
      S3_URL: 'https://minio.example.com:9000/ci-reports',
      SECRET: 'reports-s3',
    });
    expect(envOf(task, stepNamed(task, holder)).S3_REGION).toBe('us-east-1');
  });
});

it('the claim is cleaned by days, the bucket by its own rules', () => {
  const days = (tasks: ReadonlyMap<string, TaskManifest>): string | undefined =>
    envOf(taskNamed(tasks, 'publish-outcome'), stepNamed(taskNamed(tasks, 'publish-outcome'), 'publish')).DAYS;
  expect(days(allTasks({ storage: { reports: { days: 7 } } }))).toBe('7');
  expect(days(allTasks({ storage: { reports: { s3: S3 } } }))).toBeUndefined();
});
