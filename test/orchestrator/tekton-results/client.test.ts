import { HistoryUnavailable } from '../../../orchestrator/src/history/run-history';
import { suiteWith } from '../../output/tasks/support/tools';
import { finished, tested } from '../history/support/runs';
import type { Answer, StandIn } from './support/stand-in';
import { recordOf, startStandIn } from './support/stand-in';
import { archiveOf, runOfRequest } from './support/suite';

const QUERY = { namespaces: ['team-x'], limit: 9 };
const STORED = new Date('2026-02-01T00:00:00Z');
const json =
  (body: unknown, status = 200): Answer =>
  (_request, response) =>
    response.writeHead(status).end(JSON.stringify(body));
const record = recordOf({ run: runOfRequest(tested('good')), stored: STORED });

suiteWith(['openssl'], 'what is asked of Tekton Results', () => {
  let server: StandIn;
  let opened: ReturnType<typeof archiveOf>;
  beforeEach(async () => {
    server = await startStandIn();
    opened = archiveOf(server);
  });
  afterEach(async () => {
    await opened.stop();
    await server.remove();
  });

  it('is asked with the token of the account, for each namespace by itself', async () => {
    await opened.archive.list({ ...QUERY, namespaces: ['team-x', 'team-y'] });
    expect(server.authorization()).toBe('Bearer of-the-orchestrator');
    expect(server.asked.map(({ pathname }) => pathname.split('/')[5]).sort()).toEqual(['team-x', 'team-y']);
  });

  it('is asked of nobody whose certificate nobody knows', async () => {
    const { archive, stop } = archiveOf({ url: server.url } as StandIn);
    await expect(archive.list(QUERY)).rejects.toThrow(HistoryUnavailable);
    await stop();
    expect(server.asked).toEqual([]);
  });

  it('ends where nothing that comes could be newer', async () => {
    const day = 86_400_000;
    for (let index = 0; index < 100; index++) {
      const created = new Date(STORED.getTime() - index * day);
      await server.put(runOfRequest(finished(`n${index}`, {}, { created: created.toISOString() })), created);
    }
    expect(await opened.archive.list(QUERY)).toHaveLength(9);
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['is not JSON', (_, response) => response.end('<html>')],
    ['is a list of something else', json({ records: [{ name: 1 }] })],
    ['is a record without a time', json({ records: [{ ...record, create_time: undefined }] })],
    ['is an error', json({ code: 13 }, 500)],
    ['refuses the account', json({ code: 7 }, 403)],
    ['does not know the account', json({ code: 16 }, 401)],
    ['leads elsewhere', (_, response) => response.writeHead(302, { location: 'https://example.com/' }).end()],
    ['breaks off', (_, response) => response.writeHead(200).write('{', () => response.destroy())],
    ['says for ever that there is more', json({ records: [record], next_page_token: 'again' })],
    ['has no end', (_, response) => response.end(Buffer.alloc(33 * 2 ** 20, ' '))],
  ])('is not believed if its answer %s', async (_, answer) => {
    server.answer(answer);
    await expect(opened.archive.list(QUERY)).rejects.toThrow(HistoryUnavailable);
    expect(server.asked.length).toBeLessThan(5);
  });

  it('is not asked again at once where it did not answer, and is where it refuses', async () => {
    server.answer(json({}, 503));
    await expect(opened.archive.list(QUERY)).rejects.toThrow('status 503');
    await expect(opened.archive.list(QUERY)).rejects.toThrow('did not answer a moment ago');
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['of no base64', 'record: not base64!'],
    ['of no JSON', Buffer.from('{').toString('base64')],
    ['of no run', Buffer.from('{"metadata":[]}').toString('base64')],
    ['of nothing', ''],
  ])('leaves out a record %s, or nothing is believed', async (_, value) => {
    server.answer(json({ records: [{ ...record, data: { type: 'tekton.dev/v1.PipelineRun', value } }, record] }));
    const found = await opened.archive.list(QUERY).catch((error: Error) => error);
    if (found instanceof Error) expect(found).toBeInstanceOf(HistoryUnavailable);
    else expect(found.map(({ metadata }) => metadata.name)).toEqual(['good']);
  });
});
