import { LABELS } from '../../../lib/words/labels';
import { previewName } from '../../../lib/words/names';
import type { KubeObject } from './kubectl';
import { get, kubectl, list, wait } from './kubectl';
import { APPS, TEAM } from './team';
import type { AppName, TestTeam } from './team';
import { until } from './until';

/** Previews, of the main team unless a name says otherwise: `opened` waits for one, `left` tells what is there of a session, `swept` waits until nothing is. */

export type Deployment = KubeObject<
  { readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } } },
  { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
>;
/** What a preview is made of. */
const KINDS = 'deployments,services';

/** Waits until the Deployment of an app's preview is there; gives it. */
export async function opened(app: AppName, session: string): Promise<Deployment> {
  await wait('deployment', previewName(app, session), TEAM.environment, 'create', '20m');
  return get<Deployment>('deployment', previewName(app, session), TEAM.environment);
}

/** `Deployment forwarder-pr-7-abcd`: what there is of a session. */
export const left = (session: string): Promise<readonly string[]> => leftIn(TEAM, `${LABELS.session}=${session}`);

/** The same of any team's previews that a label selector chooses. */
export const leftIn = async ({ environment }: TestTeam, selector: string): Promise<readonly string[]> =>
  (await list(KINDS, environment, selector)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);

/** Waits until nothing is left of those: an orchestrator closes previews after their run. */
export const closedIn = (team: TestTeam, selector: string): Promise<true> =>
  until(`nothing has ${selector}`, 180, async () => ((await leftIn(team, selector)).length === 0 ? true : undefined));

/** Waits until nothing of a session is left. */
export const swept = (session: string, timeout: string): Promise<string> =>
  kubectl([
    'wait',
    KINDS,
    '--namespace',
    TEAM.environment,
    `--selector=${LABELS.session}=${session}`,
    '--for=delete',
    `--timeout=${timeout}`,
  ]);

/** As `hops` tells it: every app of the chain at the version that is given, else stable. */
export const chain = (versions: Partial<Record<AppName, string>> = {}): string =>
  APPS.map((app) => `${app}=${versions[app] ?? 'stable'}`).join(' ');
