import type { Folder } from '../cli/folder';

/** A team whose pipelines run on cluster dev, and whose apps are promoted to production, where none run. */

export const DIGEST = `sha256:${'1'.repeat(64)}`;

/** The file of team pay. @param more further lines of it */
export const teamPay = (more = ''): string => `name: pay
namespace: pay-ci
cluster: dev
clusters: [production]
imageRegistry: r.example.com/pay
group: pay
environment: { deploy: gitops }
platform: { repoURL: https://git.example.com/platform.git }
quota: { cpu: 4 }
secrets: { names: { imagePull: [pull] } }
stacks: [stacks/pay.yaml]
${more}`;

/** Writes it. @param production further lines of the file of production */
export function writeFleet(folder: Folder, production = ''): void {
  folder.write('clusters/dev.yaml', 'name: dev\ningress: { domain: ci.example.com }\n');
  folder.write('clusters/production.yaml', `name: production\nrole: deploy\n${production}`);
  folder.write('teams/pay/team.yaml', teamPay());
  const versions = `apps:\n  till: { version: "1.1.0-rc.0", last-released: "1.0.0", digest: "${DIGEST}" }\n  ledger: { version: "0.1.0-rc.0" }\n`;
  for (const file of ['versions', 'versions.production']) folder.write(`teams/pay/${file}.yaml`, versions);
  folder.write(
    'stacks/pay.yaml',
    `name: pay
defaults: { namespace: pay-apps }
apps:
  - name: till
    repo: acme/till
    propagation-role: originator
    downstream: [ledger]
    build: { tool: npm, secrets: { secret: npm, keys: [npmrc] }, platforms: [linux/amd64] }
    autoscaling: { min: 2, max: 4 }
    env: { URL: { secret: till-db, key: url }, MODE: { configmap: till-mode, key: mode } }
  - { name: ledger, repo: acme/ledger, propagation-role: terminal }
`,
  );
}
