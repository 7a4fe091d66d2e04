import { LABELS } from '../../lib/words/labels';
import type { Request } from '../../orchestrator/src/queue/objects';
import { failedTask } from '../cluster/orchestrator/support/failed-task';
import type { Replica } from '../cluster/orchestrator/support/replica';
import type { Scene } from '../cluster/orchestrator/support/scene';
import { pullRequestPayload } from '../orchestrator/support';
import { GitHubApi } from '../orchestrator/support/github-api';
import { Events, wholePull } from '../orchestrator/support/github-events';
import { Reports } from '../orchestrator/support/github-reports';

/** Pull requests whose tests fail with a log of 64 KiB of one control character each: what of them is told. */

const HOST = '127.0.0.1';
const BYTES = 65_536;
/** All control characters of ASCII: pull request 1 has the log of the first. */
export const NUMBERS = Array.from({ length: 32 }, (_, code) => code + 1);

const shaOf = (number: number): string => `e${String(number).padStart(39, '0')}`;
const endOf = (number: number): string => `the end of log ${number}.`;
const logOf = (number: number): string => {
  const end = `\n${endOf(number)}`;
  return `${String.fromCharCode(number - 1).repeat(BYTES - end.length)}${end}`;
};

const reports = new Reports();
const events = new Events();
events.members.add(pullRequestPayload({}).sender.login);
/** Where it is told. */
export const github = new GitHubApi({
  ...reports.endpoints,
  ...events.endpoints,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': ({ path }) =>
    wholePull({ host: HOST, number: Number(path.pull_number), sha: shaOf(Number(path.pull_number)) }),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': () => [],
});

/** @param team whose repositories are at `github` @returns of which of NUMBERS the end of the log was told */
export async function failWithLogs(scene: Scene, replica: Replica, team: string): Promise<readonly number[]> {
  replica.proxy.logOf = (path) => {
    const number = /\/pods\/[^/]+-test-(\d+)-pod\/log/.exec(path)?.[1];
    return number === undefined ? undefined : logOf(Number(number));
  };
  for (const number of NUMBERS)
    await failedTask(scene, await asked(scene, replica, team, number), `test-${number}`, 'it failed');
  const told = () =>
    NUMBERS.filter((number) =>
      reports.comments.some(({ issue, body }) => issue === number && body.includes(endOf(number))),
    );
  return scene
    .until(120, async () => (told().length === NUMBERS.length ? told() : 'not all are told'))
    .catch(() => told());
}

/** The request for the test of a pull request, which is sent until it is taken. */
async function asked(scene: Scene, replica: Replica, team: string, number: number): Promise<Request> {
  const at = new Date().toISOString().replace(/\.\d+/, '');
  const payload = pullRequestPayload({ host: HOST, number, sha: shaOf(number), at });
  return scene.until(60, async () => {
    const status = await replica.deliver('pull_request', payload).then(
      (answer) => answer.status,
      () => 0,
    );
    const made = (await scene.requests()).find(
      ({ metadata }) => metadata.namespace === team && metadata.labels?.[LABELS.pullRequest] === String(number),
    );
    return made ?? `pull request ${number} is answered ${status}`;
  });
}
