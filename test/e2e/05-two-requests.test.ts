import { DEFAULTS } from '../../lib/fleet/stack';
import { hookTask } from '../../lib/words/names';
import { HELD, hold, release } from './support/hold';
import { mainTeam } from './support/main-team';
import { chain, left } from './support/previews';
import { pullRequest } from './support/pull-request';
import type { PullRequest } from './support/pull-request';
import type { Run } from './support/run';
import { finished, reaches, start, succeededRun } from './support/run';
import { TEAM } from './support/team';
import { hops, openClient } from './support/traffic';

/** Story 5: pull requests to different apps at once do not see each other, though they bear the same number; one run for both does. */

const NUMBER = 51;
const seen = (session?: string): Promise<string> =>
  hops(TEAM.environment, 'http://originator/', session === undefined ? {} : { [DEFAULTS.headerName]: session });
/** Starts runs whose previews stay open until `end`. */
async function open(...requests: readonly PullRequest[]): Promise<readonly Run[]> {
  for (const { session } of requests) hold(session);
  const runs = await Promise.all(requests.map(({ args }) => start(args, { stack: HELD })));
  await Promise.all(runs.map((run) => reaches(run, hookTask('pre-test', 0))));
  return runs;
}
const end = (session: string, run: Run): Promise<unknown> =>
  release(session)
    .then(() => finished(run))
    .then(succeededRun);

let bff: PullRequest;
let api: PullRequest;

beforeAll(async () => {
  await mainTeam();
  await openClient(TEAM.environment);
  bff = await pullRequest('forwarder', NUMBER, { 'version.txt': 'bff\n' });
  api = await pullRequest('terminal', NUMBER, { 'version.txt': 'api\n' });
});

describe('two runs', () => {
  it('do not see each other', async () => {
    const [bffRun, apiRun] = await open(bff, api);
    expect(await seen(bff.session)).toBe(chain({ forwarder: 'bff' }));
    expect(await seen(api.session)).toBe(chain({ terminal: 'api' }));
    expect(await seen()).toBe(chain());
    await end(bff.session, bffRun!);
    expect(await left(bff.session)).toEqual([]);
    // and one that ends takes nothing from the other
    expect(await seen(api.session)).toBe(chain({ terminal: 'api' }));
    await end(api.session, apiRun!);
    expect(await left(api.session)).toEqual([]);
  });
});

describe('one run for both', () => {
  it('shows both to its session', async () => {
    const both = {
      ...bff,
      args: [
        'pr-test',
        '--pr',
        String(NUMBER),
        ...Object.entries({ forwarder: bff, terminal: api }).flatMap(([app, { revision }]) => [
          '--app',
          app,
          '--app-revision',
          `${app}:${revision}`,
        ]),
      ],
    };
    const [run] = await open(both);
    expect(await seen(both.session)).toBe(chain({ forwarder: 'bff', terminal: 'api' }));
    expect(await seen()).toBe(chain());
    await end(both.session, run!);
    expect(await left(both.session)).toEqual([]);
  });
});
