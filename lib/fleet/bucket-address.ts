import type { TeamSettings } from './team';

type Bucket = NonNullable<TeamSettings['storage']['reports']['s3']>;

/** Address of the prefix in a bucket. */
export const bucketAddress = ({ endpoint, bucket, prefix }: Pick<Bucket, 'endpoint' | 'bucket' | 'prefix'>): string =>
  [endpoint, bucket, ...(prefix === undefined ? [] : [prefix])].join('/');
