import { previewName, session as sessionOf } from '../../lib/words/names';
import type { TeamProps } from '../../lib';
import type { Answer } from './backends/environment';
import { BAGGAGE_KEY, Environment, HEADER } from './backends/environment';
import { GATEWAY, missing, openGateway } from './backends/traefik';
import { get, wait } from './support/kubectl';
import { figure } from './support/record';
import type { Sample } from './support/traffic';
import { load } from './support/traffic';
import { until } from './support/until';

/** Story 13: the intercept backends behind one interface: open, tagged, untagged, two at once, close. */

const [MINE, THEIRS] = [sessionOf('e2e/web', 4), sessionOf('e2e/web', 42)];

/** Answers of each kind between two moments; fewer would show nothing. */
const ENOUGH = 20;

interface Real {
  readonly backend: 'router' | 'gateway';
  /** The kind of the object that leads requests to a preview. */
  readonly leads: 'service' | 'httproute';
  /** Whether a session is known by baggage alone. */
  readonly baggage: boolean;
  readonly team?: Partial<TeamProps>;
  readonly prepare?: () => Promise<void>;
}
const noGateway = missing();
const REAL: readonly Real[] = [
  { backend: 'router', leads: 'service', baggage: true },
  ...(noGateway === undefined
    ? [
        {
          backend: 'gateway',
          leads: 'httproute',
          baggage: false,
          team: { gateway: GATEWAY },
          prepare: openGateway,
        } as const,
      ]
    : []),
];
console.log(
  `backends that are run for real: ${REAL.map(({ backend }) => backend).join(' and ')}${noGateway === undefined ? '' : `; gateway is not run: ${noGateway}`}; mirrord and telepresence are not run: there is no operator of theirs here`,
);

/** What a team with it applies, Tasks included, is taken by the API server and by Tekton's admission. */
it.each(['none', 'mirrord', 'telepresence', ...(noGateway === undefined ? (['gateway'] as const) : [])] as const)(
  '%s: everything is admitted',
  async (backend) => {
    const place = new Environment(backend);
    await place.apply();
    expect(await get('task', 'preview-app', place.runs)).toMatchObject({
      spec: {
        description: expect.stringContaining(
          { none: 'by its own name', mirrord: 'mirrord', telepresence: 'Telepresence', gateway: 'HTTPRoute' }[backend],
        ),
      },
    });
    await place.remove();
  },
);

describe.each(REAL)('previews by $backend', ({ backend, leads, baggage, team, prepare }) => {
  const place = new Environment(backend);
  /** Who answered: `stable`, a session, or what went wrong. */
  const who = ({ status, pod = '' }: Answer, app = 'web'): string => {
    const session = [MINE, THEIRS].find((each) => pod.startsWith(`${app}-${each}-`));
    return status === 200 ? (session ?? (pod.startsWith(`${app}-`) ? 'stable' : pod)) : String(status);
  };
  const pod = (body: string) => JSON.parse(body) as { readonly pod: string };
  const asked = async (headers: Record<string, string> = {}, url?: string): Promise<string> =>
    who(await place.ask(headers, url));
  const succeeds = async (ended: ReturnType<Environment['open']>): Promise<void> => {
    const { succeeded, message, log } = await ended;
    if (!succeeded) throw new Error(`${message}\n${log}`);
  };

  beforeAll(async () => {
    await prepare?.();
    await place.apply(team);
    await place.deploy();
  });
  afterAll(() => place.remove());

  it('lead to the stable pods while none is open', async () => {
    expect(await asked()).toBe('stable');
    expect(await asked({ [HEADER]: MINE })).toBe('stable');
  });

  describe('open and close under load', () => {
    let seen: readonly Sample[];
    const times = { opening: 0, open: 0, closing: 0, nameless: 0, closed: 0 };
    const of = (kind: 'tagged' | 'untagged', from: number, to: number): readonly string[] => {
      const some = seen.filter(({ target, start, end }) => target === kind && start >= from && end <= to);
      return [
        ...new Set(some.map(({ answer }) => (answer.startsWith('{') ? who({ status: 200, ...pod(answer) }) : answer))),
      ].sort();
    };

    beforeAll(async () => {
      const traffic = load(place.namespace, [
        { name: 'tagged', url: 'http://web/', headers: { [HEADER]: MINE } },
        { name: 'untagged', url: 'http://web/', headers: {} },
      ]);
      try {
        times.opening = Date.now();
        await succeeds(place.open('web', MINE, 'uid-load'));
        times.open = Date.now();
        await traffic.answers(ENOUGH, times.open);
        times.closing = Date.now();
        const nameless = wait(leads, previewName('web', MINE), place.namespace, 'delete', '120s');
        await Promise.all([nameless.then(() => (times.nameless = Date.now())), succeeds(place.close('uid-load'))]);
        times.closed = Date.now();
        await traffic.answers(ENOUGH, times.closed);
      } finally {
        seen = await traffic.stop();
      }
      const last = Math.max(...seen.filter(({ answer }) => answer.includes(MINE)).map(({ end }) => end));
      const count = (kind: string) => seen.filter(({ target }) => target === kind).length;
      figure(
        `backend ${backend}`,
        `${count('tagged')} tagged and ${count('untagged')} untagged requests; opened in ${times.open - times.opening} ms, closed in ${times.closed - times.closing} ms; the preview answered last ${last - times.nameless} ms after nothing of the API led there`,
      );
    });

    it('without a request that fails, or one without the session that meets the preview', () => {
      expect(of('untagged', 0, Infinity)).toEqual(['stable']);
      expect(of('tagged', 0, Infinity)).toEqual([MINE, 'stable'].sort());
    });

    it('with every request of the session at the preview once it is open, and at the stable pods once it is closed', () => {
      expect(of('tagged', times.open, times.closing)).toEqual([MINE]);
      expect(of('tagged', times.closed, Infinity)).toEqual(['stable']);
    });

    it('and leave nothing', async () => {
      expect(await place.left()).toEqual([]);
    });
  });

  describe('of two sessions at once', () => {
    beforeAll(() =>
      Promise.all([
        succeeds(place.open('web', MINE, 'uid-mine')),
        succeeds(place.open('web', THEIRS, 'uid-theirs')),
        succeeds(place.open('rpc', MINE, 'uid-mine')),
      ]),
    );

    it('do not see each other', async () => {
      expect(await asked({ [HEADER]: MINE })).toBe(MINE);
      expect(await asked({ [HEADER]: THEIRS })).toBe(THEIRS);
      expect(await asked()).toBe('stable');
      expect(await asked({ [HEADER]: sessionOf('e2e/web', 5) })).toBe('stable');
    });

    it('answer by every name of the Service', async () => {
      for (const name of [
        `web.${place.namespace}`,
        `web.${place.namespace}.svc`,
        `web.${place.namespace}.svc.cluster.local`,
      ]) {
        expect(await asked({ [HEADER]: MINE }, `http://${name}/`)).toBe(MINE);
        expect(await asked({}, `http://${name}/`)).toBe('stable');
      }
    });

    it(baggage ? 'are found by baggage alone' : 'are not found by baggage alone', async () => {
      expect(await asked({ baggage: `a=1, ${BAGGAGE_KEY}=${MINE};p=1` })).toBe(baggage ? MINE : 'stable');
    });

    it('take a WebSocket', async () => {
      const headers = JSON.stringify({ [HEADER]: MINE });
      expect(await place.client('socket', 'http://web/', headers)).toEqual({
        status: 101,
        heard: expect.stringMatching(new RegExp(`^\\{"pod":"web-${MINE}-.*"\\} heard hello$`)),
      });
    });

    it.each(['tagged', 'untagged'])('take a call of gRPC: %s', async (kind) => {
      const answer = await place.client<Answer & { grpcStatus: string }>(
        'grpc',
        'http://rpc/',
        JSON.stringify(kind === 'tagged' ? { [HEADER]: MINE } : {}),
      );
      expect({ from: who(answer, 'rpc'), grpcStatus: answer.grpcStatus }).toEqual({
        from: kind === 'tagged' ? MINE : 'stable',
        grpcStatus: '0',
      });
    });

    it('close one without the other', async () => {
      await succeeds(place.close('uid-mine'));
      expect(await asked({ [HEADER]: MINE })).toBe('stable');
      expect(await asked({ [HEADER]: THEIRS })).toBe(THEIRS);
      expect(await place.left()).not.toContainEqual(expect.stringContaining(MINE));
    });

    it('are swept where their run is gone', async () => {
      await place.sweep();
      await until('nothing is left', 180, async () => ((await place.left()).length === 0 ? true : undefined));
      expect(await asked({ [HEADER]: THEIRS })).toBe('stable');
    });
  });
});
