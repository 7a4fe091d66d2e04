import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import examples from '@octokit/webhooks-examples';
import { ApiError } from '../../../lib/kube/api';
import { secretsOf } from '../../../orchestrator/src/http/signature';
import {
  FakeApi,
  SECRET,
  SHA,
  configurationOf,
  delivery,
  front,
  pullRequestPayload,
  shop,
  silent,
  teamOf,
} from '../support';
import { inject } from '../support/inject';

const json = (response: { body: string }) =>
  JSON.parse(response.body) as Record<string, unknown> & { runs?: Record<string, unknown>[] };

describe('a signed delivery of GitHub', () => {
  it('makes one request for a pull request that is opened, and says so once it is there', async () => {
    const { deliver, requests } = front();
    const response = await deliver('pull_request', pullRequestPayload(), { guid: 'guid-0001' });
    expect(response.statusCode).toBe(202);
    const [request] = requests();
    expect(requests()).toHaveLength(1);
    expect(request?.spec).toMatchObject({
      pipeline: 'pr-test',
      team: 'payments',
      stack: 'shop',
      apps: ['web'],
      revision: SHA.a,
      trust: 'trusted',
      pullRequest: { number: 7, repo: 'acme/web' },
    });
    expect(json(response)).toMatchObject({
      status: 'accepted',
      deliveryId: 'guid-0001',
      mode: 'pr',
      pipelinerun: request?.metadata.name,
      runs: [
        {
          name: request?.metadata.name,
          namespace: 'team-payments',
          team: 'payments',
          stack: 'shop',
          app: 'web',
          created: true,
        },
      ],
    });
  });

  it('is accepted with the signature that GitHub makes', async () => {
    const { sign } = await import('@octokit/webhooks-methods');
    const body = JSON.stringify(pullRequestPayload());
    const { deliver } = front();
    const response = await deliver('pull_request', body, {
      headers: { 'x-hub-signature-256': await sign(SECRET, body) },
    });
    expect(response.statusCode).toBe(202);
  });

  it('is a duplicate the second time, whatever its delivery id', async () => {
    const { deliver, requests } = front();
    await deliver('pull_request', pullRequestPayload(), { guid: 'guid-0001' });
    for (const guid of ['guid-0001', 'guid-0002']) {
      const again = await deliver('pull_request', pullRequestPayload(), { guid });
      expect([again.statusCode, json(again).status, json(again).runs?.[0]?.created]).toEqual([200, 'duplicate', false]);
    }
    expect(requests()).toHaveLength(1);
  });

  it('makes one request of a hundred at once, at two replicas whose watch is behind', async () => {
    const api = new FakeApi();
    const replicas = [front(undefined, { api, blind: true }), front(undefined, { api, blind: true })];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        replicas[index % 2]!.deliver('pull_request', pullRequestPayload(), { guid: `guid-${1000 + index}` }),
      ),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 202)).toHaveLength(1);
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(99);
    expect(api.objects.size).toBe(1);
  });

  it('may come as a form', async () => {
    const { deliver } = front();
    const body = new URLSearchParams({ payload: JSON.stringify(pullRequestPayload()) }).toString();
    const response = await deliver('pull_request', body, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(response.statusCode).toBe(202);
  });

  it('is answered pong if it is a ping', async () => {
    const { deliver, requests } = front();
    expect(json(await deliver('ping', { zen: 'Design for failure.' })).status).toBe('pong');
    expect(requests()).toEqual([]);
  });
});

describe('Gitea', () => {
  const payload = () => {
    const { repository, pull_request, ...rest } = pullRequestPayload();
    return {
      ...rest,
      repository: { ...repository, owner: { login: 'acme' } },
      pull_request: { ...pull_request, merge_commit_sha: '', user: { login: 'dev' } },
    };
  };

  it('has the same contract, its signature in bare hex', async () => {
    const { deliver, requests } = front();
    const response = await deliver('pull_request', payload(), { to: 'gitea' });
    expect([response.statusCode, json(response).status]).toEqual([202, 'accepted']);
    expect(requests()[0]?.spec.apps).toEqual(['web']);
  });

  it("calls a push 'synchronized'", async () => {
    const { deliver, requests } = front();
    await deliver('pull_request', { ...payload(), action: 'synchronized' }, { to: 'gitea' });
    expect(requests()).toHaveLength(1);
  });

  it("does not take GitHub's form of a signature", async () => {
    const { deliver } = front();
    const response = await deliver('pull_request', payload(), {
      to: 'gitea',
      headers: { 'x-gitea-signature': `sha256=${'0'.repeat(64)}` },
    });
    expect(response.statusCode).toBe(401);
  });
});

describe('when the cluster', () => {
  const failing = (fault: FakeApi['fault'], lose: FakeApi['lose'] = () => undefined) => {
    const api = new FakeApi();
    api.fault = fault;
    api.lose = lose;
    return front(undefined, { api });
  };

  it('fails for a moment, creation is tried again within the answer', async () => {
    const { deliver, requests } = failing((attempt) => {
      if (attempt < 3) throw new ApiError('down', 503);
    });
    expect((await deliver('pull_request', pullRequestPayload())).statusCode).toBe(202);
    expect(requests()).toHaveLength(1);
  });

  it('creates and then the answer is lost, it counts as created, once', async () => {
    const { deliver, requests } = failing(
      () => undefined,
      (attempt) => {
        if (attempt === 1) throw new ApiError('reset');
      },
    );
    const response = await deliver('pull_request', pullRequestPayload());
    expect([response.statusCode, json(response).status]).toEqual([202, 'accepted']);
    expect(requests()).toHaveLength(1);
  });

  it('refuses the request, the answer is one that GitHub need not repeat', async () => {
    const { deliver } = failing(() => {
      throw new ApiError('admission webhook said: secret detail', 403, 'Forbidden');
    });
    const response = await deliver('pull_request', pullRequestPayload());
    expect([response.statusCode, json(response).code]).toEqual([422, 'create_denied']);
    expect(response.body).not.toContain('secret detail');
  });

  it('knows the request already, it is not asked at all', async () => {
    const { deliver, api } = front();
    await deliver('pull_request', pullRequestPayload());
    api.fault = () => {
      throw new ApiError('down', 503);
    };
    expect((await deliver('pull_request', pullRequestPayload())).statusCode).toBe(200);
  });
});

describe('several at once', () => {
  it('apps of one repository are one request', async () => {
    const team = teamOf('mono', {
      shop: [
        { name: 'web', repo: 'acme/mono', contextDir: 'web', downstream: ['api'] },
        { name: 'api', repo: 'acme/mono', contextDir: 'api' },
      ],
    });
    const { deliver, requests } = front(configurationOf(team));
    await deliver('pull_request', pullRequestPayload({ repo: 'acme/mono' }));
    expect(requests().map(({ spec }) => spec.apps)).toEqual([['web', 'api']]);
  });

  it('an app in two stacks is a request for each', async () => {
    const team = teamOf('two', { shop: SHOP_OF_ONE, kiosk: SHOP_OF_ONE });
    const { deliver, requests } = front(configurationOf(team));
    const response = await deliver('pull_request', pullRequestPayload());
    expect(
      requests()
        .map(({ spec }) => spec.stack)
        .sort(),
    ).toEqual(['kiosk', 'shop']);
    expect(json(response).runs).toHaveLength(2);
  });

  const SHOP_OF_ONE = [{ name: 'web', repo: 'acme/web' }];
});

describe('all payloads that GitHub publishes', () => {
  const all = examples.flatMap(({ name, examples: payloads }) =>
    payloads.map((payload) => ({ name: name as string, payload: payload as Record<string, unknown> })),
  );

  it('are answered, none with an error', async () => {
    const repositories = [
      ...new Set(
        all.flatMap(({ payload }) => (payload.repository as { full_name?: string } | undefined)?.full_name ?? []),
      ),
    ];
    const team = teamOf('all', { all: repositories.map((repo, index) => ({ name: `app-${index}`, repo })) });
    const { deliver } = front(configurationOf(team), { now: () => Date.parse('2019-05-15T15:20:40Z') });
    const statuses = new Map<number, string[]>();
    for (const { name, payload } of all) {
      const { statusCode } = await deliver(name, payload);
      statuses.set(statusCode, [...(statuses.get(statusCode) ?? []), `${name}.${String(payload.action)}`]);
    }
    expect(
      [...statuses.keys()]
        .filter((status) => status !== 200 && status !== 202)
        .map((status) => [status, statuses.get(status)]),
    ).toEqual([]);
    expect(statuses.get(202)).toContain('pull_request.opened');
  });
});

describe('a delivery to one team', () => {
  const desk = teamOf('desk', { desk: [{ name: 'desk', repo: 'acme/desk' }] });
  const secrets = {
    active: [
      { id: 'current', value: Buffer.from(SECRET) },
      ...['payments', 'desk'].map((team) => ({ id: `${team}.current`, team, value: Buffer.from(`that of ${team}`) })),
    ],
  };
  const sent = async (
    team: string | undefined,
    secret: string,
    payload: unknown = pullRequestPayload(),
    event = 'pull_request',
  ) => {
    const { app, requests } = front(configurationOf(shop(), desk), { secrets });
    const { url, ...rest } = delivery(event, payload, { secret });
    const response = await inject(app, { ...rest, url: `${String(url)}${team === undefined ? '' : `/${team}`}` });
    return [response.statusCode, json(response).code ?? json(response).status, requests().length];
  };

  it('is taken with its secret, and with no other', async () => {
    expect(await sent('payments', 'that of payments')).toEqual([202, 'accepted', 1]);
    expect(await sent('payments', 'that of desk')).toEqual([401, 'bad_signature', 0]);
    expect(await sent('payments', SECRET)).toEqual([401, 'bad_signature', 0]);
    expect(await sent(undefined, 'that of payments')).toEqual([401, 'bad_signature', 0]);
    expect(await sent(undefined, SECRET)).toEqual([202, 'accepted', 1]);
    expect(await sent('nobody', SECRET)).toEqual([503, 'no_secret', 0]);
  });

  it('is of its repositories alone', async () => {
    expect(await sent('desk', 'that of desk')).toEqual([403, 'repo_not_in_team', 0]);
    expect(await sent('desk', 'that of desk', pullRequestPayload({ repo: 'acme/unknown' }))).toEqual([
      403,
      'repo_not_in_team',
      0,
    ]);
    expect(await sent('desk', 'that of desk', { zen: 'Design for failure.' }, 'ping')).toEqual([200, 'pong', 0]);
  });
});

it('reads whom a secret speaks for from the name of its file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  for (const name of ['current', 'payments.current', 'payments.next', 'repo.acme.web.js', 'payments.repo.acme.Cart'])
    writeFileSync(join(folder, name), SECRET);
  for (const length of [0, 1, 15]) writeFileSync(join(folder, `short-${length}`), 'x'.repeat(length));
  writeFileSync(join(folder, 'long-enough'), `${'x'.repeat(16)}\n`);
  const secrets = await secretsOf(folder, silent);
  secrets.stop();
  rmSync(folder, { recursive: true });
  expect(secrets.active.map(({ id, team, repo }) => [id, team, repo])).toEqual([
    ['current', undefined, undefined],
    ['long-enough', undefined, undefined],
    ['payments.current', 'payments', undefined],
    ['payments.next', 'payments', undefined],
    ['payments.repo.acme.Cart', 'payments', 'acme/cart'],
    ['repo.acme.web.js', undefined, 'acme/web.js'],
  ]);
});

it('takes nothing before there is a configuration, or a secret', async () => {
  const noConfiguration = await front(undefined, { configuration: { current: undefined } }).deliver(
    'pull_request',
    pullRequestPayload(),
  );
  expect([noConfiguration.statusCode, json(noConfiguration).code, noConfiguration.headers['retry-after']]).toEqual([
    503,
    'config_unavailable',
    '10',
  ]);
  const noSecret = await front(undefined, { secrets: { active: [] } }).deliver('pull_request', pullRequestPayload());
  expect([noSecret.statusCode, json(noSecret).code]).toEqual([503, 'no_secret']);
});
