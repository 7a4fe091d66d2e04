import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openReports } from '../../../orchestrator/src/test-reports/open-reports';
import type { KeptFile, ReportStore } from '../../../orchestrator/src/test-reports/report-store';
import { ReportsUnavailable } from '../../../orchestrator/src/test-reports/report-store';
import { Bucket } from '../../support/bucket';

/** Reports where they are kept: on a claim, and in a bucket that takes what is signed and nothing else. */

const RUN = 'shop/pr-test/pr-7-abc';
const FILES: Readonly<Record<string, string>> = {
  'outcome.json': '{}',
  'web/unit/summary.json': '{"version":1}',
  "web/playwright/traces/a b+c'(1)/ä.png": 'a picture',
  'web/playwright/empty.txt': '',
};

const textOf = async (file: KeptFile | undefined): Promise<string | undefined> => {
  if (file === undefined) return undefined;
  const parts: Buffer[] = [];
  for await (const part of file.content) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

interface Kept {
  readonly store: ReportStore;
  put(path: string, text: string): void;
  close(): void;
}

function claim(): Kept & { readonly root: string } {
  const root = mkdtempSync(join(tmpdir(), 'claim-'));
  return {
    root,
    store: openReports({ dir: root }),
    put(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    close: () => rmSync(root, { recursive: true }),
  };
}

async function bucket(secret = 'a secret'): Promise<Kept & { readonly bucket: Bucket; readonly credentials: string }> {
  const kept = new Bucket('AKID', 'a secret', 'eu-central-1', 2);
  const server = createServer(kept.listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const credentials = mkdtempSync(join(tmpdir(), 'credentials-'));
  writeFileSync(join(credentials, 'access-key'), 'AKID\n');
  writeFileSync(join(credentials, 'secret-key'), secret);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ci-reports/payments`;
  return {
    bucket: kept,
    credentials,
    store: openReports({ bucket: { url, region: 'eu-central-1', credentialsDir: credentials } }),
    put: (path, text) => kept.put(`/ci-reports/payments/${path}`, text),
    close() {
      server.close();
      server.closeAllConnections();
      rmSync(credentials, { recursive: true });
    },
  };
}

describe.each<[string, () => Kept | Promise<Kept>]>([
  ['a claim', claim],
  ['a bucket', () => bucket()],
])('reports on %s', (_, make) => {
  let kept: Kept;
  beforeEach(async () => {
    kept = await make();
    for (const [path, text] of Object.entries(FILES)) kept.put(`${RUN}/${path}`, text);
    kept.put('shop/pr-test/pr-7-abcd/other.json', '{}');
    kept.put('shop/pr-test/outside.json', '{}');
  });
  afterEach(() => kept.close());

  it('are listed with their sizes, of that run alone', async () => {
    expect(await kept.store.list(RUN)).toEqual({
      isComplete: true,
      files: Object.entries(FILES)
        .map(([path, text]) => ({ path, size: text.length }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    });
    expect(await kept.store.list('shop/pr-test/none')).toEqual({ files: [], isComplete: true });
  });

  it('are in folders by app and kind', async () => {
    expect(await kept.store.folders(RUN)).toEqual(['web']);
    expect([...(await kept.store.folders(`${RUN}/web`))].sort()).toEqual(['playwright', 'unit']);
    expect(await kept.store.folders(`${RUN}/none`)).toEqual([]);
  });

  it.each(Object.keys(FILES))('are read: %s', async (path) => {
    const file = await kept.store.open(RUN, path);
    expect(file?.size).toBe(FILES[path]!.length);
    expect(await textOf(file)).toBe(FILES[path]);
  });

  it.each(['none.json', 'web', 'web/none/summary.json', 'outcome.json/x'])('have no file %s', async (path) =>
    expect(await kept.store.open(RUN, path)).toBeUndefined(),
  );
});

describe('on a claim', () => {
  let kept: ReturnType<typeof claim>;
  let elsewhere: string;
  beforeEach(() => {
    kept = claim();
    elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    writeFileSync(join(elsewhere, 'token'), 'a secret');
    kept.put(`${RUN}/web/unit/summary.json`, '{}');
  });
  afterEach(() => {
    kept.close();
    rmSync(elsewhere, { recursive: true });
  });

  it('links lead nowhere, whether to a file or to a folder on the way', async () => {
    symlinkSync(join(elsewhere, 'token'), join(kept.root, RUN, 'file'));
    symlinkSync(elsewhere, join(kept.root, RUN, 'folder'));
    symlinkSync('web', join(kept.root, RUN, 'inside'));
    symlinkSync(elsewhere, join(kept.root, 'shop/pr-test/run'));
    expect(await kept.store.list('shop/pr-test/run')).toEqual({ files: [], isComplete: true });
    expect(await kept.store.open('shop/pr-test/run', 'token')).toBeUndefined();
    expect((await kept.store.list(RUN)).files.map(({ path }) => path)).toEqual(['web/unit/summary.json']);
    expect(await kept.store.folders(RUN)).toEqual(['web']);
    for (const path of ['file', 'folder/token', 'inside/unit/summary.json'])
      expect(await kept.store.open(RUN, path)).toBeUndefined();
  });

  it('no more folders are looked into than there may be files', async () => {
    for (let at = 0; at < 5_100; at++) mkdirSync(join(kept.root, RUN, 'empty', String(at)), { recursive: true });
    const { files, isComplete } = await kept.store.list(RUN);
    expect([files.length <= 1, isComplete]).toEqual([true, false]);
  });

  it('a folder that cannot be read is told', async () => {
    const { store } = kept;
    writeFileSync(join(kept.root, 'x'), '');
    await expect(store.list('x'.repeat(300))).rejects.toThrow(ReportsUnavailable);
  });
});

describe('in a bucket', () => {
  let kept: Awaited<ReturnType<typeof bucket>>;
  beforeEach(async () => {
    kept = await bucket();
    kept.put(`${RUN}/outcome.json`, '{}');
  });
  afterEach(() => kept.close());
  const message = async (answer: Promise<unknown>): Promise<string> =>
    answer.then(
      () => '',
      (error: Error) => (error instanceof ReportsUnavailable ? error.message : String(error)),
    );

  it('what is not signed by a known key is refused, and a new key is taken', async () => {
    writeFileSync(join(kept.credentials, 'secret-key'), 'another');
    expect(await message(kept.store.open(RUN, 'outcome.json'))).toContain('it refuses the credentials');
    expect(await message(kept.store.list(RUN))).toContain('s3:ListBucket');
    writeFileSync(join(kept.credentials, 'secret-key'), 'a secret');
    expect(await textOf(await kept.store.open(RUN, 'outcome.json'))).toBe('{}');
  });

  it('without a Secret nothing is asked', async () => {
    rmSync(join(kept.credentials, 'access-key'));
    expect(await message(kept.store.list(RUN))).toContain('has no access-key');
  });

  it('follows no redirect', async () => {
    kept.bucket.next.push({ status: 307, message: 'there', location: 'http://169.254.169.254/latest/meta-data/' });
    expect(await message(kept.store.open(RUN, 'outcome.json'))).toContain('status 307');
  });

  it.each([
    ['no list', 200, 'hello'],
    ['a fault of its own', 500, 'x'],
  ])('tells %s', async (_, status, text) => {
    kept.bucket.next.push({ status, message: text });
    expect(await message(kept.store.list(RUN))).toContain('the bucket of reports');
  });

  it('passes over what has a name that leads elsewhere', async () => {
    kept.put(`${RUN}/../escape`, 'x');
    kept.put(`${RUN}/a\\b`, 'x');
    expect((await kept.store.list(RUN)).files.map(({ path }) => path)).toEqual(['outcome.json']);
  });
});

it('a claim that is not mounted is told', () =>
  expect(openReports({ dir: '/nowhere' }).list(RUN)).rejects.toThrow(ReportsUnavailable));

it('a bucket that is not there is told', async () => {
  const kept = await bucket();
  kept.close();
  await expect(kept.store.list(RUN)).rejects.toThrow(ReportsUnavailable);
});
