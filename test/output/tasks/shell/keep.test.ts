import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bucket } from '../../../support/bucket';
import type { Ended } from '../support/run-script';
import { Workshop } from '../support/run-script';
import { serving } from '../support/server';
import { suiteWith } from '../support/tools';

/** Reports are kept where people find them: tried by save-report.sh, the step after the tests. */

const RUN = {
  STACK: 'checkout',
  PIPELINE: 'pr-test',
  RUN_NAME: 'pr-4-x7',
  APP: 'fe',
  KIND: 'postman',
  OUTCOME: 'passed',
  TESTS: '',
};
const PLACE = 'checkout/pr-test/pr-4-x7/fe/postman';
const JUNIT =
  '<testsuites><testsuite><testcase name="adds"/><testcase classname="a" name="says &quot;hi&quot;">\n  <failure type="x">no</failure>\n</testcase><testcase name="pays"><error/></testcase></testsuite></testsuites>';

let shop: Workshop;
beforeEach(() => (shop = new Workshop()));
afterEach(() => shop.remove());

const report = (files: Readonly<Record<string, string | Buffer>>): void => {
  mkdirSync(shop.path('report'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(shop.path('report', name), '..'), { recursive: true });
    writeFileSync(shop.path('report', name), content);
  }
};
const save = (env: Readonly<Record<string, string>>): Promise<Ended> =>
  shop.start('test/save-report.sh', {
    ...RUN,
    REPORT: shop.path('report'),
    RESULT_OUTCOME: shop.resultFile('OUTCOME'),
    RESULT_REPORT: shop.resultFile('REPORT'),
    RESULT_MESSAGE: shop.resultFile('MESSAGE'),
    ...env,
  });

describe('on a claim', () => {
  const claim = { CLAIM: 'tekton-dag-reports', CLAIM_FOLDER: '' };
  beforeEach(() => mkdirSync((claim.CLAIM_FOLDER = shop.path('claim'))));
  const kept = (...parts: string[]): string => shop.path('claim', PLACE, ...parts);

  it('is a folder of the run, the app and the kind', async () => {
    report({ 'junit.xml': JUNIT, 'html/index of pages.html': '<p>' });
    expect(await save(claim)).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(kept('junit.xml'), 'utf8')).toBe(JUNIT);
    expect(readFileSync(kept('html', 'index of pages.html'), 'utf8')).toBe('<p>');
    expect(shop.result('REPORT')).toBe(`pvc://tekton-dag-reports/${PLACE}`);
    expect(shop.result('OUTCOME')).toBe('passed');
  });

  it('holds no link: what the tests wrote may lead to what this step alone can read', async () => {
    report({ 'junit.xml': JUNIT });
    symlinkSync('/etc', shop.path('report', 'etc'));
    symlinkSync(shop.file('secret', 'password'), shop.path('report', 'stolen'));
    expect((await save(claim)).code).toBe(0);
    expect(readdirSync(kept())).toEqual(['junit.xml']);
  });

  it('holds nothing of a folder that the report is a link to', async () => {
    mkdirSync(shop.path('elsewhere'));
    shop.file('elsewhere/secret', 'password');
    symlinkSync(shop.path('elsewhere'), shop.path('report'));
    expect((await save(claim)).code).toBe(0);
    expect(readdirSync(kept())).toEqual([]);
    expect(existsSync(shop.path('elsewhere/secret'))).toBe(true);
  });

  it('is empty where the tests removed their folder, and missing where they put a file in its place', async () => {
    expect((await save(claim)).code).toBe(0);
    expect(readdirSync(kept())).toEqual([]);
    rmSync(shop.path('report'), { recursive: true });
    shop.file('report', '');
    expect((await save(claim)).stderr).toMatch(
      /^error: .* their report cannot be kept: its folder cannot be read: the reason is above$/m,
    );
  });

  it('keeps the report of tests that failed, and names them', async () => {
    report({ 'junit.xml': JUNIT });
    const TESTS = JSON.stringify({ names: ['says "hi"', 'pays'] });
    const { code, stderr } = await save({ ...claim, OUTCOME: 'failed', TESTS });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `error: the postman tests of fe failed: says "hi"; pays; the report is in pvc://tekton-dag-reports/${PLACE}\n`,
    );
    expect(shop.result('MESSAGE')).toBe(stderr.slice('error: '.length).trim());
    expect(shop.result('OUTCOME')).toBe('failed');
    expect(existsSync(kept('junit.xml'))).toBe(true);
  });

  it('keeps nothing that it is told to leave, and says how the tests ended', async () => {
    report({ 'junit.xml': JUNIT });
    const { code, stderr } = await save({ KEEP: '', OUTCOME: 'failed' });
    expect([code, stderr]).toEqual([1, 'error: the postman tests of fe failed\n']);
    expect(readdirSync(claim.CLAIM_FOLDER)).toEqual([]);
  });

  it('says that the claim does not take it, and how the tests ended', async () => {
    report({ 'junit.xml': JUNIT });
    const { code, stderr } = await save({ ...claim, CLAIM_FOLDER: shop.file('full', '') });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: the postman tests of fe passed, but their report cannot be kept: claim tekton-dag-reports does not take it \(the reason is above\): is it full, or may group \d+ not write there\?$/m,
    );
    expect(existsSync(shop.resultFile('REPORT'))).toBe(false);
  });
});

/** How often the scripts try here, given the pause at which they give up. */
const ATTEMPTS = 3;

suiteWith(['jq', 'curl'], 'in a bucket', () => {
  let bucket: Bucket;
  beforeEach(() => {
    bucket = new Bucket('AKIDEXAMPLE', 'wJalr/XUtn+FEMI', 'eu-central-1');
    shop.file('credentials/access-key', 'AKIDEXAMPLE\n');
    shop.file('credentials/secret-key', 'wJalr/XUtn+FEMI');
  });
  const upload = (env: Readonly<Record<string, string>> = {}): Promise<{ ended: Ended; url: string }> =>
    serving(bucket.listener, async (url) => ({
      url,
      ended: await save({
        S3_URL: `${url}/shop-reports/ci`,
        S3_REGION: 'eu-central-1',
        S3_CREDENTIALS: shop.path('credentials'),
        SECRET: 'reports-s3',
        ...env,
      }),
    }));
  const path = (name: string): string => `/shop-reports/ci/${PLACE}/${name}`;

  it('is signed, byte by byte, with a type that a browser opens', async () => {
    const image = Buffer.from([0, 255, 10, 13, 0]);
    report({
      'junit.xml': JUNIT,
      'html/index.html': '<p>',
      'html/data/shot.png': image,
      'traces/trace.zip': 'PK',
      notes: 'x',
    });
    const { ended, url } = await upload();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(shop.result('REPORT')).toBe(`${url}/shop-reports/ci/${PLACE}`);
    expect(Object.fromEntries([...bucket.objects].map(([key, { type }]) => [key, type]))).toEqual({
      [path('junit.xml')]: 'application/xml',
      [path('html/index.html')]: 'text/html; charset=utf-8',
      [path('html/data/shot.png')]: 'image/png',
      [path('traces/trace.zip')]: 'application/zip',
      [path('notes')]: 'application/octet-stream',
    });
    expect(bucket.objects.get(path('html/data/shot.png'))?.bytes).toEqual(image);
  });

  it('takes every name that a file can have', async () => {
    report({
      "a b/it's (1)*!.txt": 'a',
      '{x}[1-3].txt': 'b',
      'grün ~+%20&=@$,;:.txt': 'c',
      'two\nlines "quoted" \\n.txt': 'd',
    });
    expect((await upload()).ended).toMatchObject({ code: 0, stderr: '' });
    const names = [...bucket.objects].map(([key, { bytes }]) => [
      decodeURIComponent(key.slice(path('').length)),
      bytes.toString(),
    ]);
    expect(Object.fromEntries(names)).toEqual({
      "a b/it's (1)*!.txt": 'a',
      '{x}[1-3].txt': 'b',
      'grün ~+%20&=@$,;:.txt': 'c',
      'two\nlines "quoted" \\n.txt': 'd',
    });
  });

  it('is nothing where the tests left nothing', async () => {
    report({});
    expect((await upload()).ended.code).toBe(0);
    expect(bucket.objects.size).toBe(0);
  });

  it('leaves no credential behind, and prints none', async () => {
    report({ 'junit.xml': JUNIT });
    const { ended } = await upload();
    expect(readdirSync(shop.path('home'))).not.toContain('credentials');
    expect(readdirSync(shop.path('home'))).not.toContain('upload');
    expect(JSON.stringify(ended)).not.toContain('wJalr');
  });

  it('says why the storage refuses, in its words', async () => {
    shop.file('credentials/secret-key', 'another');
    report({ 'a.xml': JUNIT, 'b.xml': JUNIT });
    const { ended, url } = await upload();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      `error: the postman tests of fe passed, but their report cannot be kept: ${url}/shop-reports/ci does not take it (The request signature we calculated does not match the signature you provided.): is the address right, and may the credentials of Secret reports-s3 put objects there?\n`,
    );
  });

  it('says why of the first that is refused, and asks no more', async () => {
    report({ 'a.xml': JUNIT, 'b.xml': JUNIT, 'c.xml': JUNIT });
    bucket.next.push(...Array.from({ length: ATTEMPTS }, () => ({ status: 400, message: 'The bucket is full.' })));
    const { ended } = await upload();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('does not take it (The bucket is full.)');
  });

  it('takes no list that broke off for a report without files', async () => {
    report({ 'junit.xml': JUNIT });
    shop.program('jq', '#!/bin/sh\necho "jq: out of memory" >&2\nexit 5\n');
    const { ended } = await upload();
    expect(ended).toMatchObject({
      code: 1,
      stderr:
        'jq: out of memory\nerror: the postman tests of fe passed, but their report cannot be kept: its files cannot be listed: the reason is above\n',
    });
  });

  it('takes no redirect for a success', async () => {
    report({ 'junit.xml': JUNIT });
    bucket.next.push(
      ...Array.from({ length: ATTEMPTS }, () => ({
        status: 301,
        message: 'Use the endpoint of the region.',
        location: '/elsewhere',
      })),
    );
    const { ended } = await upload();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('does not take it (Use the endpoint of the region.)');
  });

  it('says why nobody answers', async () => {
    report({ 'junit.xml': JUNIT });
    const ended = await save({
      S3_URL: 'http://127.0.0.1:1/b',
      S3_REGION: 'eu-central-1',
      S3_CREDENTIALS: shop.path('credentials'),
      SECRET: 'reports-s3',
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /http:\/\/127\.0\.0\.1:1\/b does not take it \(curl: \(7\) .*\): is the address right/,
    );
  });

  it('tries again what failed once', async () => {
    report({ 'junit.xml': JUNIT });
    bucket.next.push({ status: 503, message: 'Slow down.' });
    const { ended } = await upload();
    expect(ended).toMatchObject({ code: 0, stderr: 'retrying in 1 s: upload\n' });
    expect(bucket.objects.size).toBe(1);
  });

  it.each(['access-key', 'secret-key'])('names a Secret without %s', async (key) => {
    shop.file(`credentials/${key}`, '');
    report({ 'junit.xml': JUNIT });
    const { ended } = await upload();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe(
      `error: the postman tests of fe passed, but their report cannot be kept: Secret reports-s3 has no ${key}\n`,
    );
  });
});

suiteWith(['jq', 'curl'], 'in a bucket, by a form that was signed before the tests', () => {
  const RIGHT = 'wJalr/XUtn+FEMI';
  let bucket: Bucket;
  beforeEach(() => {
    bucket = new Bucket('AKIDEXAMPLE', RIGHT, 'eu-central-1');
    shop.file('credentials/access-key', 'AKIDEXAMPLE\n');
    shop.file('credentials/secret-key', RIGHT);
  });
  const posted = () => ({
    FORM: shop.path('upload.json'),
    S3_BUCKET: 'shop-reports',
    S3_PREFIX: 'ci',
    SECRET: 'reports-s3',
  });
  const sign = (over: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    shop.start('test/sign-upload.sh', {
      ...RUN,
      ...posted(),
      S3_REGION: 'eu-central-1',
      S3_CREDENTIALS: shop.path('credentials'),
      RESULT_MESSAGE: shop.resultFile('MESSAGE'),
      ...over,
    });
  const upload = (over: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    serving(bucket.listener, (url) =>
      save({ ...posted(), S3_URL: `${url}/shop-reports/ci`, S3_ADDRESS: `${url}/shop-reports`, ...over }),
    );

  it('is put where it belongs without a credential, whatever its names', async () => {
    expect(await sign()).toMatchObject({ code: 0, stderr: '' });
    rmSync(shop.path('credentials'), { recursive: true });
    const files = {
      'junit.xml': JUNIT,
      "a b/it's (1)*!;,=.txt": 'a',
      '{x}[1-3].txt': 'b',
      'grün ~+%20&=@$,;:.txt': 'c',
      'two\nlines "quoted" \\n.txt': 'd',
    };
    report(files);
    expect(await upload()).toMatchObject({ code: 0, stderr: '' });
    const place = `/shop-reports/ci/${PLACE}/`;
    const names = [...bucket.objects].map(([key, { bytes }]) => [
      decodeURIComponent(key.slice(place.length)),
      bytes.toString(),
    ]);
    expect(Object.fromEntries(names)).toEqual(files);
    expect(bucket.objects.get(`${place}junit.xml`)?.type).toBe('application/xml');
  });

  it('holds nothing but the report, and the form puts nothing elsewhere', async () => {
    await sign();
    const form = readFileSync(shop.path('upload.json'), 'utf8');
    expect(form).not.toContain(RIGHT);
    report({ 'junit.xml': JUNIT });
    const places: readonly Readonly<Record<string, string>>[] = [
      { RUN_NAME: 'pr-5-y8' },
      { APP: 'web' },
      { KIND: 'artillery' },
      { S3_PREFIX: '' },
    ];
    for (const elsewhere of places) {
      const { code, stderr } = await upload(elsewhere);
      expect({ elsewhere, code }).toEqual({ elsewhere, code: 1 });
      expect(stderr).toContain('Policy Condition failed: key');
    }
    shop.file('upload.json', JSON.stringify({ ...JSON.parse(form), key: 'other/run' }));
    expect((await upload()).code).toBe(1);
    expect(bucket.objects.size).toBe(0);
  });

  it.each(['gone', 'a pipe'])('is not kept where the form is %s, and nothing waits for it', async (what) => {
    report({ 'junit.xml': JUNIT });
    if (what === 'a pipe') spawnSync('mkfifo', [shop.path('upload.json')]);
    const { code, stderr } = await upload();
    expect(code).toBe(1);
    expect(stderr).toContain('their report cannot be kept: the tests removed what signs its upload');
  });

  it.each(['access-key', 'secret-key'])('names a Secret without %s before any test', async (key) => {
    shop.file(`credentials/${key}`, '');
    const { code, stderr } = await sign();
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: Secret reports-s3 has no ${key}\n` });
  });
});
