import { DEFAULTS } from '../../lib/fleet/stack';
import { MAIN_TEAM, keeps, remove } from './support/belongings';
import { commit } from './support/git';
import { mainTeam } from './support/main-team';
import { chain, left } from './support/previews';
import { failure, pullRequest, state } from './support/pull-request';
import type { Outcome } from './support/run';
import { fails, succeeds } from './support/run';
import { TEAM } from './support/team';
import { hops, openClient } from './support/traffic';

/** Story 6: an app that does not hand on the session, or hands it on to requests that are not of it, fails the run that notices. */

const PASS_ON = {
  nothing: 'exports.passOn = () => ({});\n',
  /** What an app does that keeps the session of a request where it keeps its settings. */
  theLast: `let last = {};\nexports.passOn = ({ '${DEFAULTS.headerName}': session }) => (session === undefined ? last : (last = { '${DEFAULTS.headerName}': session }));\n`,
};
/** Its own tests would notice. */
const UNTESTED = { 'server.test.js': null };

beforeAll(async () => {
  await mainTeam();
  await openClient(TEAM.environment);
});
// no later story needs it
afterAll(async () => {
  if (!keeps(MAIN_TEAM)) await remove(MAIN_TEAM);
});

const leavesNothing = async (session: string) => expect(await left(session)).toEqual([]);

describe('an app that drops the header', () => {
  let ended: Outcome;
  let session: string;

  beforeAll(async () => {
    const drops = await pullRequest('forwarder', 61, { ...UNTESTED, 'propagation.js': PASS_ON.nothing });
    const api = await pullRequest('terminal', 61, { 'version.txt': 'pr-61\n' });
    session = drops.session;
    ended = await fails([
      'pr-test',
      '--pr',
      '61',
      '--app',
      'forwarder',
      '--app',
      'terminal',
      '--app-revision',
      `forwarder:${drops.revision}`,
      '--app-revision',
      `terminal:${api.revision}`,
    ]);
  });

  it('fails validate-session, which names it and the hop', async () => {
    expect(state(ended, 'validate-session')).toMatch(/^False/);
    expect(failure(ended, 'validate-session')).toContain('forwarder → terminal');
    expect(failure(ended, 'validate-session')).toContain('forwarder drops header');
  });

  it('leaves no preview', () => leavesNothing(session));
});

describe('an app that leaks the header', () => {
  let ended: Outcome;
  let session: string;

  beforeAll(async () => {
    await succeeds([
      'bootstrap',
      '--app',
      'forwarder',
      '--app-revision',
      `forwarder:${await commit('forwarder', 'leaks', { ...UNTESTED, 'propagation.js': PASS_ON.theLast })}`,
    ]);
    const { args, ...request } = await pullRequest('terminal', 62, { 'version.txt': 'pr-62\n' });
    ({ session } = request);
    ended = await fails(args);
  });

  afterAll(async () => {
    await succeeds(['bootstrap', '--app', 'forwarder']);
    expect(await hops(TEAM.environment, 'http://originator/')).toBe(chain());
  });

  it('fails validate-session, which names the app that others reached', () => {
    expect(state(ended, 'validate-session')).toMatch(/^False/);
    expect(failure(ended, 'validate-session')).toContain('terminal leaks');
  });

  it('leaves no preview', () => leavesNothing(session));
});
