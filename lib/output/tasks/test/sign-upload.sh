#!/bin/sh
# Lets a step without credentials keep the report: signs a form that puts objects below one place of the bucket, for two hours.
# It is over before the tests begin, which may read the form and so put files there, too. Values: FORM (where it is written),
# S3_BUCKET, S3_PREFIX, S3_REGION, S3_CREDENTIALS (folder of Secret SECRET), STACK, PIPELINE, RUN_NAME, APP, KIND.
# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
set -eu
. "$(dirname "$0")/../shell/common.sh"

for key in access-key secret-key; do
  [ -s "$S3_CREDENTIALS/$key" ] || fail "Secret $SECRET has no $key"
done
node - <<'NODE' || fail 'the upload of the report cannot be signed: the reason is above'
const { createHmac } = require('node:crypto');
const { readFileSync, writeFileSync } = require('node:fs');
const { FORM, S3_BUCKET, S3_PREFIX, S3_REGION, S3_CREDENTIALS, STACK, PIPELINE, RUN_NAME, APP, KIND } = process.env;
const [id, secret] = ['access-key', 'secret-key'].map((key) => readFileSync(`${S3_CREDENTIALS}/${key}`, 'utf8').trim());
const now = Date.now();
const date = new Date(now).toISOString().replace(/[-:]|\.[0-9]+/g, '');
const scope = [date.slice(0, 8), S3_REGION, 's3', 'aws4_request'];
const fields = {
  'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  'x-amz-credential': [id, ...scope].join('/'),
  'x-amz-date': date,
};
const place = [...(S3_PREFIX ? [S3_PREFIX] : []), STACK, PIPELINE, RUN_NAME, APP, KIND, ''].join('/');
const policy = Buffer.from(
  JSON.stringify({
    expiration: new Date(now + 2 * 60 * 60 * 1000).toISOString(),
    conditions: [
      { bucket: S3_BUCKET },
      ['starts-with', '$key', place],
      ['starts-with', '$Content-Type', ''],
      ['content-length-range', 0, 1024 ** 3],
      ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    ],
  }),
).toString('base64');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const signature = hmac(scope.reduce(hmac, `AWS4${secret}`), policy).toString('hex');
writeFileSync(FORM, JSON.stringify({ ...fields, policy, 'x-amz-signature': signature }));
NODE
