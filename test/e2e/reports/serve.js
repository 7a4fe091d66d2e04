'use strict';
// The bucket that reports are put into, in a pod: answers as S3 does, and at / gives all that it has to whoever asks.
const { createServer } = require('node:http');
const { Bucket } = require('./bucket.js');

const { ACCESS_KEY, SECRET_KEY, REGION, PORT } = process.env;
const bucket = new Bucket(ACCESS_KEY, SECRET_KEY, REGION);
createServer((request, response) => {
  if (request.url !== '/') return bucket.listener(request, response);
  response.end(
    JSON.stringify(Object.fromEntries([...bucket.objects].map(([path, { bytes }]) => [path, bytes.toString()]))),
  );
}).listen(Number(PORT));
