import { LABELS } from '../../../words/labels';
import { bucketAddress } from '../../../fleet/bucket-address';
import type { Team } from '../../../fleet/model';
import { REPORTS_CLAIM } from '../../../words/names';
import type { Mount, Step, Volume } from '../../../tekton/task';
import { PIPELINE_RUN_NAME, podLabel } from '../../../tekton/task';
import { script } from './script';
import { OWN_HOME, SMALL } from './steps';

const CLAIM: Mount = { name: 'reports', mountPath: '/reports' };
const BUCKET: Mount = { name: 'reports-s3', mountPath: '/credentials/s3', readOnly: true };

/** The volume that keeps reports: the claim of the team, or the credential of its bucket. */
export const reportsVolume = ({ storage: { reports } }: Team): Volume =>
  reports.s3 === undefined
    ? { name: CLAIM.name, persistentVolumeClaim: { claimName: REPORTS_CLAIM } }
    : { name: BUCKET.name, secret: { secretName: reports.s3.secret, optional: true } };

/** Where our own steps mount that volume; steps that run foreign code do not. */
export const reportsMount = ({ storage: { reports } }: Team): Mount => (reports.s3 === undefined ? CLAIM : BUCKET);

const RUN = { STACK: podLabel(LABELS.stack), PIPELINE: podLabel(LABELS.pipeline), RUN_NAME: PIPELINE_RUN_NAME };
type Bucket = NonNullable<Team['storage']['reports']['s3']>;
const placeOf = (bucket: Bucket) => ({ S3_URL: bucketAddress(bucket), SECRET: bucket.secret });
const credentialOf = ({ region }: Bucket) => ({ S3_REGION: region, S3_CREDENTIALS: BUCKET.mountPath });

/** For keep.sh: where the reports of the run go. */
export const reportsEnv = ({ storage: { reports } }: Team) =>
  reports.s3 === undefined
    ? { ...RUN, CLAIM: REPORTS_CLAIM, CLAIM_FOLDER: CLAIM.mountPath }
    : { ...RUN, ...placeOf(reports.s3), ...credentialOf(reports.s3) };

/** Written by our own step before the tests, read by the one after them: in a pod with foreign code, no credential is left. */
const FORM = '/workspace/upload.json';
const postedTo = ({ endpoint, bucket, prefix }: Bucket) => ({
  FORM,
  S3_ADDRESS: `${endpoint}/${bucket}`,
  S3_BUCKET: bucket,
  S3_PREFIX: prefix ?? '',
});

/**
 * The steps of a pod with foreign code that keep its report: first what takes a credential, which is over before foreign
 * code begins; last what keeps files without one.
 */
export function keepSteps(
  team: Team,
  step: Pick<Step, 'image' | 'env' | 'when'>,
  keep: Step,
): readonly [readonly Step[], Step] {
  const { s3 } = team.storage.reports;
  if (s3 === undefined) return [[], { ...keep, env: { ...keep.env, ...reportsEnv(team) }, mounts: [CLAIM] }];
  const place = { ...RUN, ...placeOf(s3), ...postedTo(s3) };
  return [
    [
      {
        name: 'sign-upload',
        image: step.image,
        script: script('test/sign-upload.sh'),
        env: { ...OWN_HOME, ...step.env, ...place, ...credentialOf(s3) },
        resources: SMALL,
        mounts: [BUCKET],
        when: step.when,
      },
    ],
    { ...keep, env: { ...keep.env, ...place } },
  ];
}
