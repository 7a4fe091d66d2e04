import type { TeamProps } from '../../../lib/fleet/team';
import { app, resolve, stackFile, team } from '../support';

/** Whether browsers find what people sign in to. */

const SIGN_IN = { issuer: 'https://dex.example.com', clientID: 'tekton-dag' } as const;
const INGRESS = { file: 'clusters/one.yaml', text: 'name: one\ningress: { domain: example.com }\n' };
const said = (props: Partial<TeamProps>, ...clusters: readonly { readonly file: string; readonly text: string }[]) =>
  resolve({ teams: [team('x', ['one'], props)], stacks: [stackFile('one', [app('a', undefined, 'acme/a')])], clusters })
    .said;

it('is known of a team where its cluster says a domain, or the team an address', () => {
  const nowhere = expect.stringMatching(
    /^teams\/x\/team\.ts: orchestrator\.signIn\.url: is missing: cluster 'one' says no ingress\.domain, .* \(expected an address such as https:/,
  );
  expect(said({ orchestrator: { signIn: SIGN_IN } })).toEqual([nowhere]);
  expect(said({ orchestrator: { signIn: SIGN_IN } }, INGRESS)).toEqual([]);
  expect(said({ orchestrator: { signIn: { ...SIGN_IN, url: 'https://dag.example.com' } } })).toEqual([]);
});

it('is known of a cluster by the same', () => {
  const shared = { orchestrator: { mode: 'shared' } } as const;
  const file = (more: string) => ({
    file: 'clusters/one.yaml',
    text: `name: one\norchestrator: { signIn: { issuer: https://dex.example.com, clientID: x${more} } }\n`,
  });
  expect(said(shared, file(''))).toEqual([expect.stringContaining('orchestrator.signIn.url: is missing')]);
  expect(said(shared, file(', url: https://dag.example.com'))).toEqual([]);
});

it('is of no use to a team that the orchestrator of its cluster serves', () =>
  expect(said({ orchestrator: { mode: 'shared', signIn: SIGN_IN } }, INGRESS)).toEqual([
    'warning: teams/x/team.ts: orchestrator.signIn: not used: the shared orchestrator is set up in clusters/',
  ]));

it.each([
  ['issuer', 'http://dex.example.com'],
  ['issuer', 'dex.example.com'],
  ['issuer', 'https://me:secret@dex.example.com'],
  ['url', 'https://dag.example.com/ui'],
  ['url', 'http://dag.example.com'],
  ['usernamePrefix', 'system:'],
  ['groupsPrefix', 'system:x'],
  ['scopes', 'email'],
])('does not take %s: %s', (key, value) => {
  const signIn = { ...SIGN_IN, [key]: value };
  expect(said({ orchestrator: { signIn } }, INGRESS)).toEqual([
    expect.stringContaining(`orchestrator.signIn.${key}: the value is malformed`),
  ]);
});
