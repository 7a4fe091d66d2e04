import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { idOf } from './payload';
import { runRequest } from '../../../lib/runs/decisions/request';

/** The app of team local whose pull requests these are. */
export const APP = 'catalog';
export const REPO = 'example-shop/catalog';

/** What a delivery of a pull request becomes, for each number of a pull request another. */
export const requestOf = (number: number, namespace: string): RunRequest =>
  runRequest(
    { namespace },
    {
      pipeline: 'pr-test',
      team: 'local',
      stack: 'shop',
      apps: [APP],
      revision: number.toString(16).padStart(40, '0'),
      pullRequest: { number, repo: REPO, headRef: 'feature', baseRef: 'main' },
      source: {
        event: 'pull_request.opened',
        delivery: `bench-${number}`,
        sender: 'octocat',
        eventTime: '2026-05-10T11:00:00Z',
      },
      trust: 'trusted',
    },
    { repo: { host: 'github.com', fullName: REPO, id: idOf(REPO) } },
  );
