import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../../lib/runs/configuration/compile';
import type { Source } from '../../../lib/runs/configuration/compile';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { whyUnmapped } from '../../../lib/runs/configuration/repositories';
import type { Repo } from '../../../lib/runs/events/event';
import { createCurrentConfiguration } from '../../../orchestrator/src/config/current';
import { configurationOfDirectory } from '../../../orchestrator/src/config/directory';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { SHOP, shop, silent, teamOf } from '../../orchestrator/support';

const source = (team: TeamConfig, change: (team: TeamConfig) => unknown = (same) => same): Source => ({
  name: `${team.namespace}/config`,
  namespace: team.namespace,
  text: JSON.stringify(change(team)),
});
const compiled = (sources: readonly Source[], last: ReadonlyMap<string, TeamConfig> = new Map()) =>
  compile(sources, last, 1);
const repoOf = (key: string): Repo => {
  const [host = '', ...name] = key.split('/');
  return { host, fullName: name.join('/') };
};
const found = ({ configuration }: ReturnType<typeof compiled>, repo: string) =>
  configuration.appsOf(repoOf(repo)).map(({ team, stack, app }) => `${team.name}/${stack.name}/${app.name}`);
const messages = ({ configuration }: ReturnType<typeof compiled>) =>
  configuration.problems.map(({ message }) => message).join('\n');

describe('team.json', () => {
  /** Beside what the model has, and the orchestrator has no use for. */
  const kept = (team: TeamConfig) => [...compiled([source(team)]).configuration.teams.values()];

  it('is read as it was written', () => {
    const promoting = { ...shop(), runs: 'reference', forks: 'restricted', promotesTo: ['live'] } as const;
    expect(promoting).toMatchObject(kept(promoting)[0]!);
    expect(kept(promoting)[0]).toMatchObject({ promotesTo: ['live'], runs: 'reference', forks: 'restricted' });
    expect(Object.keys(kept(promoting)[0]!).sort()).toEqual(Object.keys(promoting).sort());
  });

  it.each([1e9, 1001, 0, -1, 1.5])(
    'that lets %d runs go on is refused, and what it said last holds',
    (maxConcurrentRuns) => {
      const last = compiled([source(shop())]);
      const next = compiled([source(shop(), (team) => ({ ...team, maxConcurrentRuns }))], last.good);
      expect([...next.configuration.teams.values()]).toEqual([...last.configuration.teams.values()]);
      expect(next.configuration.problems).toContainEqual(expect.objectContaining({ path: 'maxConcurrentRuns' }));
    },
  );

  it.each<[string, (team: TeamConfig) => unknown]>([
    ['a stack', (team) => ({ ...team, stacks: Array(500_000).fill(0) })],
    [
      'a call',
      (team) => {
        const [stack] = team.stacks;
        const app = { ...stack!.apps[0], name: 'a'.repeat(100_000), downstream: Array(200_000).fill('x') };
        return { ...team, stacks: [{ ...stack, apps: [app] }] };
      },
    ],
  ])('in which %s is wrong, many times over, is told of in a few words', (_, change) => {
    const { problems, teams } = compiled([
      source(shop()),
      source({ ...shop(), name: 'desk', namespace: 'team-desk' }, change),
    ]).configuration;
    expect([...teams.keys()]).toEqual(['payments']);
    expect(problems.at(-1)?.message).toMatch(/^\d+ more are wrong$/);
    expect(JSON.stringify(problems).length).toBeLessThan(50_000);
  });

  it('of a newer synth is taken without what is not known here', () => {
    const { previews, ...team } = shop();
    const newer = { ...previews!, podTemplate: { ...previews!.podTemplate, dnsPolicy: 'Default' }, other: 1 };
    expect(kept({ ...team, previews: newer } as TeamConfig)).toEqual(kept(shop()));
  });

  it('of an older synth says the same as what the newer writes by default', () => {
    const { runs, forks, ...old } = shop();
    expect([runs, forks]).toEqual(['embedded', 'deny']);
    expect(kept(old as TeamConfig)).toEqual(kept(shop()));
  });
});

describe('a repository leads to its apps', () => {
  it('by host and full name, whatever the case', () => {
    const result = compiled([source(shop())]);
    expect(found(result, 'github.com/acme/web')).toEqual(['payments/shop/web']);
    expect(found(result, 'GitHub.com/Acme/Web')).toEqual(['payments/shop/web']);
    expect(found(result, 'git.example.com/acme/web')).toEqual([]);
    expect(found(result, 'github.com/other/web')).toEqual([]);
  });

  it.each(['https://git.example.com:8443', 'ssh://git@git.example.com:2222', 'git@git.example.com:'])(
    'where git is at %s',
    (base) => {
      expect(found(compiled([source(teamOf('x', { shop: SHOP }, base))]), 'git.example.com/acme/web')).toEqual([
        'x/shop/web',
      ]);
    },
  );

  it('of every stack that has them', () => {
    const team = teamOf('two', {
      shop: [{ name: 'web', repo: 'acme/mono' }],
      kiosk: [{ name: 'screen', repo: 'acme/mono' }],
    });
    expect(found(compiled([source(team)]), 'github.com/acme/mono').sort()).toEqual([
      'two/kiosk/screen',
      'two/shop/web',
    ]);
  });

  it('by no short name: anybody may have a repository that is called so', () => {
    const plain = compiled([source(teamOf('x', { shop: [{ name: 'web', repo: 'web' }] }))]);
    expect(found(plain, 'github.com/mallory/web')).toEqual([]);
    const why = whyUnmapped(plain.configuration, { host: 'github.com', fullName: 'acme/web' });
    expect(why).toContain("app 'web' of stack 'shop' names its own without an owner");
    expect(why).toContain("write 'repo: acme/web' in stacks/shop.yaml");
    const owned = compiled([source(teamOf('x', { shop: [{ name: 'web', repo: 'web' }] }, 'https://github.com/acme'))]);
    expect(found(owned, 'github.com/mallory/web')).toEqual([]);
  });

  it('by the name that the registry has, of the same owner alone', () => {
    const mono = teamOf('x', { shop: [{ name: 'cart', repo: 'acme/mono' }] });
    const registered = source(mono, (team) => ({
      ...team,
      stacks: team.stacks.map((stack) => ({ ...stack, registered: ['cart'] })),
    }));
    expect(found(compiled([registered]), 'github.com/acme/cart')).toEqual(['x/shop/cart']);
    expect(found(compiled([registered]), 'github.com/mallory/cart')).toEqual([]);
  });

  it('of one team: of two that claim it neither gets it, and the rest is served', () => {
    const other = teamOf('other', {
      desk: [
        { name: 'web', repo: 'acme/web' },
        { name: 'desk', repo: 'acme/desk' },
      ],
    });
    const result = compiled([source(shop()), source(other)]);
    expect(found(result, 'github.com/acme/web')).toEqual([]);
    expect(found(result, 'github.com/acme/desk')).toEqual(['other/desk/desk']);
    expect(found(result, 'github.com/acme/cart')).toEqual(['payments/shop/cart']);
    const message =
      "repository 'github.com/acme/web' is claimed by teams 'other' and 'payments': none of them gets its pull requests";
    expect(result.configuration.problems).toEqual(
      ['team-other/config', 'team-payments/config'].map((file) => ({ file, message, severity: 'error' })),
    );
  });
});

describe('what is wrong', () => {
  const good = compiled([source(shop())]);
  const broken: [string, Source, RegExp][] = [
    ['no JSON', { ...source(shop()), text: '{"name": ' }, /is not JSON/],
    ['empty', { ...source(shop()), text: '' }, /is not JSON/],
    ['of another namespace', source(shop(), (team) => ({ ...team, namespace: 'kube-system' })), /its own namespace/],
    ['without stacks', source(shop(), (team) => ({ ...team, stacks: [] })), /stacks|Too small|>=1/],
    [
      'a cycle of calls',
      source(shop(), (team) => ({
        ...team,
        stacks: team.stacks.map((stack) => ({
          ...stack,
          apps: stack.apps.map((app) => (app.name === 'stock' ? { ...app, downstream: ['web'] } : app)),
        })),
      })),
      /cycle: web -> cart -> stock -> web/,
    ],
    [
      'a call of nobody',
      source(shop(), (team) => ({
        ...team,
        stacks: team.stacks.map((stack) => ({
          ...stack,
          apps: stack.apps.map((app) => ({ ...app, downstream: ['nobody'] })),
        })),
      })),
      /calls 'nobody'/,
    ],
  ];

  it.each(broken)('%s is told, and what was good before holds', (_, bad, says) => {
    const result = compiled([bad], good.good);
    expect(messages(result)).toMatch(says);
    expect(found(result, 'github.com/acme/web')).toEqual(['payments/shop/web']);
  });

  it.each(broken)('%s at first is nobody', (_, bad) =>
    expect([...compiled([bad]).configuration.teams.keys()]).toEqual([]),
  );

  it('does not hold up the others', () => {
    const result = compiled([
      { ...source(shop()), text: '' },
      source(teamOf('other', { desk: [{ name: 'desk', repo: 'acme/desk' }] })),
    ]);
    expect([...result.configuration.teams.keys()]).toEqual(['other']);
  });

  it('is a ConfigMap that is gone: it holds until the next start', () => {
    const result = compiled([], good.good);
    expect(messages(result)).toContain('is gone');
    expect(found(result, 'github.com/acme/web')).toEqual(['payments/shop/web']);
  });

  it('is a team that is configured twice', () => {
    const result = compiled([source(shop()), { ...source(shop()), name: 'team-payments/zz-other' }]);
    expect(messages(result)).toContain('configured twice');
    expect(result.configuration.teams.size).toBe(1);
  });

  it('is one that will soon not fit', () => {
    const large = source(shop(), (team) => ({ ...team, padding: 'x'.repeat(800_000) }));
    expect(compiled([large]).configuration.problems).toEqual([
      expect.objectContaining({ severity: 'warning', message: expect.stringContaining('KiB') }),
    ]);
  });
});

describe('what is in force', () => {
  it('changes with what is read, and only then', () => {
    const current = createCurrentConfiguration(undefined, silent, createMetrics());
    const told: number[] = [];
    current.onChange(({ generation }) => told.push(generation));
    current.take([]);
    expect(current.configuration).toBeUndefined();
    current.take([source(shop())]);
    current.take([source(shop())]);
    current.take([{ ...source(shop()), text: '' }]);
    expect(told).toEqual([1, 2]);
    expect([...current.configuration!.teams.keys()]).toEqual(['payments']);
  });

  it('is of one team where one is named', async () => {
    const metrics = createMetrics();
    const current = createCurrentConfiguration('payments', silent, metrics);
    current.take([source(shop()), source(teamOf('other', { desk: [{ name: 'desk', repo: 'acme/desk' }] }))]);
    expect([...current.configuration!.teams.keys()]).toEqual(['payments']);
    expect(current.configuration!.appsOf(repoOf('github.com/acme/desk'))).toEqual([]);
    expect(await metrics.configValid.get()).toMatchObject({ values: [{ value: 1, labels: { team: 'payments' } }] });
  });

  it('follows mounted files within two seconds, and keeps the last good', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'config-'));
    try {
      const current = createCurrentConfiguration(undefined, silent, createMetrics());
      const changed = () => new Promise<void>((resolve) => current.onChange(() => resolve()));
      const put = (text: string) => {
        writeFileSync(join(directory, '..new'), text);
        renameSync(join(directory, '..new'), join(directory, 'team.json'));
      };
      const configuration = await configurationOfDirectory(directory, current, silent);
      expect(configuration.current).toBeUndefined();
      const start = performance.now();
      const first = changed();
      put(JSON.stringify(shop()));
      await first;
      expect(performance.now() - start).toBeLessThan(2_000);
      const second = changed();
      put('broken');
      await second;
      expect([...configuration.current!.teams.keys()]).toEqual(['payments']);
      expect(configuration.current!.problems).not.toEqual([]);
      configuration.stop();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
