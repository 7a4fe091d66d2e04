'use strict';

/**
 * What a hostile pull request would do in a pod to decide what it must not, or to see what a later step holds:
 * `node forger.js KIND`. It prints, as one line of JSON behind `FORGER `, which attempts were let, and which were refused. What it leaves is marked:
 * the digest and tree of it are all `f`, and what it would have others run says POISON.
 */
const fs = require('node:fs');
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

const DIGEST = `sha256:${'f'.repeat(64)}`;
const TREE = 'f'.repeat(40);
const RESULTS = ['IMAGE_DIGEST', 'IMAGE_URL', 'TREE', 'COMMIT', 'KEY', 'BUILT', 'MESSAGE', 'OUTCOME', 'REPORT'];
/** What later steps of one or the other pod hold: a link is followed where it is read. */
const HELD = [
  '/credentials/staging/.dockerconfigjson',
  '/credentials/base-images/.dockerconfigjson',
  '/credentials/s3/secret-key',
];
const LAYOUT = '/workspace/image';
const REPORT = '/workspace/report';
const PROVENANCE = '/tekton/artifacts/provenance.json';
const RACE_MS = 20_000;

const made = new Set();
const refused = new Set();
function attempt(name, work) {
  try {
    work();
    made.add(name);
  } catch {
    refused.add(name);
  }
}
function instead(path, make) {
  fs.rmSync(path, { recursive: true, force: true });
  make(path);
}
const link = (path, to) => attempt(`link ${path}`, () => instead(path, () => fs.symlinkSync(to, path)));
const write = (path, text) => attempt(`write ${path}`, () => instead(path, () => fs.writeFileSync(path, text)));
const pipe = (path) => attempt(`pipe ${path}`, () => instead(path, () => execFileSync('mkfifo', [path])));
const forged = (name) => (name === 'TREE' || name === 'COMMIT' ? TREE : DIGEST);
const folders = (path) => (fs.existsSync(path) ? fs.readdirSync(path) : []).map((name) => join(path, name));

const KINDS = {
  /** Links where a later step, or Tekton at the end of one, reads. */
  links() {
    for (const [index, name] of RESULTS.entries()) link(`/tekton/results/${name}`, HELD[index % HELD.length]);
    for (const step of folders('/tekton/steps'))
      for (const name of ['FOUND', 'BUILT', 'TREE', 'OUTCOME']) link(join(step, 'results', name), HELD[0]);
    link(PROVENANCE, HELD[0]);
    link(LAYOUT, '/credentials/staging');
    link(`${LAYOUT}.digest`, HELD[0]);
    attempt('folder of reports', () => fs.mkdirSync(REPORT, { recursive: true }));
    link(join(REPORT, 'secret.xml'), HELD[2]);
  },
  /** Results that are not this step's. */
  results() {
    for (const name of RESULTS) write(`/tekton/results/${name}`, forged(name));
    for (const step of folders('/tekton/steps'))
      for (const name of ['FOUND', 'BUILT', 'TREE', 'COMMIT', 'KEY', 'outcome', 'OUTCOME'])
        write(join(step, 'results', name), forged(name));
    attempt('message', () =>
      fs.writeFileSync(
        '/tekton/termination',
        JSON.stringify(RESULTS.map((key) => ({ key, value: forged(key), type: 1 }))),
      ),
    );
    write(`${LAYOUT}.digest`, DIGEST);
  },
  /** More results than Tekton takes, so that those of later steps have no room. */
  size() {
    write(PROVENANCE, JSON.stringify({ outputs: [{ name: 'x'.repeat(1 << 16), values: [] }] }));
    for (const name of RESULTS) write(`/tekton/results/${name}`, 'x'.repeat(1 << 16));
  },
  /** Lets the later steps begin, and changes under their hands what they read. */
  race() {
    for (const step of folders('/tekton/run')) write(join(step, 'out'), '');
    const end = Date.now() + RACE_MS;
    while (Date.now() < end) {
      write(`${LAYOUT}.digest`, DIGEST);
      link(`${LAYOUT}.digest`, HELD[0]);
      attempt('layout', () => fs.mkdirSync(LAYOUT, { recursive: true }));
      link(join(LAYOUT, 'index.json'), HELD[0]);
      link(join(REPORT, 'secret.xml'), HELD[2]);
    }
  },
  /** Whoever opens a pipe waits for ever. One where Tekton itself reads holds up this run alone, as a sleep would. */
  pipes() {
    attempt('layout', () => fs.mkdirSync(LAYOUT, { recursive: true }));
    for (const path of [join(LAYOUT, 'index.json'), `${LAYOUT}.digest`]) pipe(path);
    attempt('folder of reports', () => fs.mkdirSync(REPORT, { recursive: true }));
    pipe(join(REPORT, 'junit.xml'));
  },
  /** What other builds would run. */
  poison() {
    for (const name of ['npm/_cacache/POISON', 'gradle/init.d/POISON.gradle', 'POISON']) {
      const path = join('/workspace/cache', name);
      attempt(`write ${path}`, () => fs.mkdirSync(join(path, '..'), { recursive: true }));
      write(path, 'POISON');
    }
    for (const path of ['/cache/guarded.tar', '/reports/POISON', '/workspace/home/.npmrc']) write(path, 'POISON');
  },
};

KINDS[process.argv[2]]();
console.log(`FORGER ${JSON.stringify({ made: [...made], refused: [...refused] })}`);
