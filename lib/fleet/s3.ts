import { z } from 'zod';
import { objectName } from '../words/scalars';

/** A bucket of S3, or of what speaks its protocol. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#path-style-access */
export const s3 = z.strictObject({
  endpoint: z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.-]+(:[0-9]+)?$/)
    .meta({ expected: 'https://host, with or without a port' }),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .meta({ expected: 'the name of a bucket: lower-case letters, digits, - and ., 3 to 63' }),
  /** Path in the bucket. @default - none, for the logs of Tekton Results `logs` */
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/)
    .meta({ expected: 'a path such as ci/reports, without first or last /' })
    .optional(),
  /** Region that requests are signed for. @default 'us-east-1' */
  region: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .meta({ expected: 'a region such as eu-central-1' })
    .default('us-east-1'),
  /** Secret with `access-key` and `secret-key`, which need no right but to put objects below the prefix. @default 'reports-s3' */
  secret: objectName.default('reports-s3'),
});
