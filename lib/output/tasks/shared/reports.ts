import { LABELS } from '../../../words/labels';
import type { Team } from '../../../fleet/model';
import { REPORTS_CLAIM } from '../../../words/names';
import type { Mount, Volume } from '../../../tekton/task';
import { PIPELINE_RUN_NAME, podLabel } from '../../../tekton/task';

const CLAIM: Mount = { name: 'reports', mountPath: '/reports' };
const BUCKET: Mount = { name: 'reports-s3', mountPath: '/credentials/s3', readOnly: true };

/** The volume that keeps reports: the claim of the team, or the credential of its bucket. */
export const reportsVolume = ({ storage: { reports } }: Team): Volume =>
  reports.s3 === undefined
    ? { name: CLAIM.name, persistentVolumeClaim: { claimName: REPORTS_CLAIM } }
    : { name: BUCKET.name, secret: { secretName: reports.s3.secret, optional: true } };

/** Where our own steps mount that volume; steps that run foreign code do not. */
export const reportsMount = ({ storage: { reports } }: Team): Mount => (reports.s3 === undefined ? CLAIM : BUCKET);

/** For keep.sh: where the reports of the run go. */
export function reportsEnv({ storage: { reports } }: Team) {
  const { s3 } = reports;
  const run = { STACK: podLabel(LABELS.stack), PIPELINE: podLabel(LABELS.pipeline), RUN_NAME: PIPELINE_RUN_NAME };
  return s3 === undefined
    ? { ...run, CLAIM: REPORTS_CLAIM, CLAIM_FOLDER: CLAIM.mountPath }
    : {
        ...run,
        S3_URL: [s3.endpoint, s3.bucket, ...(s3.prefix === undefined ? [] : [s3.prefix])].join('/'),
        S3_REGION: s3.region,
        S3_CREDENTIALS: BUCKET.mountPath,
        SECRET: s3.secret,
      };
}
