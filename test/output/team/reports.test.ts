import type { TeamProps } from '../../../lib/fleet/team';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { teamSecrets } from '../../../lib/output/secrets/secrets-of';
import { teamParts } from '../../../lib/output/team/team-parts';
import { readSettings } from '../../../orchestrator/src/settings';
import { team } from './model';

/** What the orchestrator of a team is given to read reports by. */

interface Pod {
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value: string }[];
    readonly volumeMounts: readonly object[];
  }[];
  readonly volumes: readonly { readonly name: string }[];
}
type Reports = NonNullable<NonNullable<TeamProps['storage']>['reports']>;

const madeOf = (reports: Reports) => team({ storage: { reports } });
function podOf(reports: Reports): Pod {
  const objects: readonly Manifest[] = teamParts(madeOf(reports)).flatMap((part) => part.objects);
  const deployment = objects.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'tekton-dag-orchestrator',
  );
  return at(deployment!, 'spec', 'template', 'spec') as unknown as Pod;
}
/** As the orchestrator reads it. */
const settingsOf = ({ containers }: Pod) =>
  readSettings(Object.fromEntries(containers[0]!.env.map(({ name, value }) => [name, value]))).reports;
const S3 = { endpoint: 'https://minio.example.com:9000', bucket: 'ci-reports' };

it('is nothing unless the team says so', () => {
  for (const reports of [{}, { s3: S3 }]) {
    const pod = podOf(reports);
    expect(settingsOf(pod)).toBeUndefined();
    expect(pod.volumes.map(({ name }) => name)).not.toContain('reports');
  }
});

it('is the claim, which it may only read', () => {
  const pod = podOf({ show: true });
  expect(settingsOf(pod)).toEqual({ dir: '/etc/tekton-dag/reports' });
  expect(pod.volumes).toContainEqual({
    name: 'reports',
    persistentVolumeClaim: { claimName: 'tekton-dag-reports' },
  });
  expect(pod.containers[0]!.volumeMounts).toContainEqual({
    ...{ name: 'reports', mountPath: '/etc/tekton-dag/reports', readOnly: true },
  });
});

it('is the bucket, by a Secret of its own that may come later', () => {
  const s3 = { ...S3, prefix: 'payments/ci', region: 'eu-central-1' };
  const pod = podOf({ show: true, s3 });
  expect(settingsOf(pod)).toEqual({
    bucket: {
      url: 'https://minio.example.com:9000/ci-reports/payments/ci',
      region: 'eu-central-1',
      credentialsDir: '/etc/tekton-dag/reports',
    },
  });
  expect(pod.volumes).toContainEqual({ name: 'reports', secret: { secretName: 'reports-s3-read', optional: true } });
  expect(teamSecrets(madeOf({ show: true, s3 })).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['reports-s3', 'reports-s3-read']),
  );
  expect(teamSecrets(madeOf({ s3 })).map(({ name }) => name)).not.toContain('reports-s3-read');
});
