import type { TeamProps } from '../../../lib/fleet/team';
import { app, resolve, stackFile, team } from '../support';

/** Whether a team's Secrets can be made as it says. */

const cluster = (text: string) => ({ file: 'clusters/one.yaml', text: `name: one\n${text}` });
const VAULT = cluster('secrets: { store: { name: vault } }\n');
const given = (props: Partial<TeamProps>, others: Partial<Parameters<typeof resolve>[0]> = {}, repo = 'acme/a') =>
  resolve({ teams: [team('x', ['one'], props)], stacks: [stackFile('one', [app('a', undefined, repo)])], ...others });
const secretsOf = (...args: Parameters<typeof given>) => given(...args).fleet?.teams[0]?.secrets;

describe('the store of a team', () => {
  it('is missed where neither team nor cluster names one', () => {
    const secrets = { backend: 'external-secrets' } as const;
    expect(given({ secrets }).said).toEqual([
      'teams/x/team.ts: secrets.store: is missing: name a store here, or for all teams in secrets.store of clusters/one.yaml',
    ]);
    expect(given({ secrets }, { clusters: [VAULT] }).said).toEqual([]);
    // on its second cluster there is none
    const two = given({ secrets, clusters: ['two'] }, { clusters: [VAULT] }).said;
    expect(two).toContainEqual(expect.stringMatching(/ is missing: .* clusters\/two\.yaml$/));
  });

  it('is that of its cluster, at the place of the team, unless the team says otherwise', () => {
    const store = { name: 'vault', kind: 'ClusterSecretStore', optional: [] };
    expect(secretsOf({}, { clusters: [VAULT] })).toMatchObject({ backend: 'external-secrets', store });
    expect(secretsOf({}, { clusters: [VAULT] })?.store?.path).toBeUndefined();
    expect(secretsOf({ secrets: { store: { name: 'own' } } }, { clusters: [VAULT] })).toMatchObject({
      backend: 'external-secrets',
      store: { name: 'own' },
    });
    const existing = secretsOf({ secrets: { backend: 'existing' } }, { clusters: [VAULT] });
    expect(existing).toMatchObject({ backend: 'existing' });
    expect(existing?.store).toBeUndefined();
  });
});

it('tells what a cluster says of Secrets that it does not have', () => {
  const optional = cluster('secrets: { store: { name: vault, path: ci, optional: [githubToken] } }\n');
  const unused = ['path', 'optional'].map((key) =>
    expect.stringMatching(
      new RegExp(`secrets\\.store\\.${key}: not used: no team of this cluster has orchestrator\\.mode shared`),
    ),
  );
  expect(given({}, { clusters: [optional] }).said).toEqual(unused);
  expect(given({ orchestrator: { mode: 'shared' } }, { clusters: [optional] }).said).toEqual([]);
});

describe('an App of which tokens are made', () => {
  const ids = { id: 1, installationId: 2 };
  const secrets = { backend: 'external-secrets', store: { name: 'vault' }, githubApp: ids } as const;
  const orchestrator = { githubApp: ids };

  it('is that of the orchestrator, too, and of one owner', () =>
    expect(given({ secrets, orchestrator }).said).toEqual([]));

  it.each<[string, Partial<TeamProps>, string, string]>([
    [
      'without External Secrets',
      { secrets: { githubApp: ids }, orchestrator },
      'acme/a',
      'secrets.githubApp: makes tokens by External Secrets: set secrets.backend to external-secrets',
    ],
    [
      'without an App of the orchestrator',
      { secrets },
      'acme/a',
      'orchestrator.githubApp: is missing: the tokens of secrets.githubApp are for clones and pushes alone, so the orchestrator needs the App, too',
    ],
    [
      'with Gitea',
      { secrets, orchestrator: { giteaURL: 'https://git.example.com/api/v1' } },
      'acme/a',
      'secrets.githubApp: is for GitHub, and orchestrator.giteaURL says that the Git host is another',
    ],
    [
      'with a further owner',
      { secrets, orchestrator },
      'other/a',
      'secrets.githubApp: is installed for one owner, and repositories are cloned by https of acme and other: clone others by ssh',
    ],
    [
      'with another host',
      { secrets, orchestrator, git: { baseURL: 'https://git.example.com' } },
      'acme/a',
      'secrets.githubApp: is of github.com, and repositories are cloned by https from git.example.com',
    ],
  ])('is refused %s', (_, props, repo, expected) =>
    expect(given(props, {}, repo).said).toContain(`teams/x/team.ts: ${expected}`),
  );

  it('is of the host of its API', () => {
    const githubApp = { ...ids, apiURL: 'https://git.example.com/api/v3' };
    const git = { baseURL: 'https://git.example.com' };
    const platform = { repoURL: 'https://git.example.com/acme/platform.git' };
    expect(given({ secrets: { ...secrets, githubApp }, orchestrator, git, platform }).said).toEqual([]);
  });
});
