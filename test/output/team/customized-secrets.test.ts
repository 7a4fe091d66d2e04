import type { TeamProps } from '../../../lib';
import { customizedSecrets } from '../../../lib/output/team/customized-secrets';
import type { Customize } from '../../../lib/output/team/extension';
import { teamParts } from '../../../lib/output/team/team-parts';
import { app, stack, team } from './model';

/** Objects of customize are held to what apps of stacks are: no pod beside apps reads a Secret of the platform. */

const props: Partial<TeamProps> = { secrets: { names: { imagePull: ['pull'] } } };
const pod = (more: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'own' },
  spec: {
    selector: { matchLabels: { app: 'own' } },
    template: { metadata: { labels: { app: 'own' } }, spec: { containers: [{ name: 'a', image: 'x' }], ...more } },
  },
});
const said = (add: object, customizers: readonly string[] = ['fleet.ts'], toStack = false) => {
  const shop = team(props, [stack('checkout', [app('fe')], { environment: 'ci-shop' })]);
  const customize: Customize = (_, { add: beside, stacks }) =>
    void (toStack ? stacks[0]!.add : beside)(add as Parameters<typeof beside>[0]);
  const parts = teamParts(shop, { fleet: { file: 'fleet.ts', checks: {}, customize } });
  return customizedSecrets(shop, parts, customizers).map(({ file, message, found }) => `${file} ${message} (${found})`);
};

const env = (secret: string) => ({
  containers: [
    { name: 'a', image: 'x', env: [{ name: 'T', valueFrom: { secretKeyRef: { name: secret, key: 'k' } } }] },
  ],
});

it.each([false, true])('are refused with the file of the code, the object and the field: of a stack %j', (toStack) =>
  expect(said(pod(env('github-token')), ['teams/shop/team.ts', 'fleet.ts'], toStack)).toEqual([
    expect.stringMatching(
      /^teams\/shop\/team\.ts or fleet\.ts: .*containers\[0\]\.env\[0\]\.valueFrom\.secretKeyRef.* of Deployment ci-shop\/own in dist\/teams\/shop\/.*\.yaml is a Secret of the platform, and no app may read it: it .* \(github-token\)$/,
    ),
  ]),
);

it('are refused as volumes and whole, also of a CronJob', () => {
  expect(said(pod({ volumes: [{ name: 'v', secret: { secretName: 'git-ssh-key' } }] }))).toHaveLength(1);
  expect(
    said(pod({ containers: [{ name: 'a', image: 'x', envFrom: [{ secretRef: { name: 'github-token' } }] }] })),
  ).toHaveLength(1);
  const { template } = pod(env('github-token')).spec;
  expect(
    said({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'own' },
      spec: { schedule: '0 * * * *', jobTemplate: { spec: { template } } },
    }),
  ).toHaveLength(1);
});

it('may read their own, be pulled by a node, and are not looked at where no code changes objects', () => {
  expect(said(pod(env('own')))).toEqual([]);
  expect(said(pod({ imagePullSecrets: [{ name: 'pull' }] }))).toEqual([]);
  expect(said(pod(env('github-token')), [])).toEqual([]);
});
