import { InputError } from '../../../lib/words/problem';
import type { Ask } from '../../../lib/runs/ask/ask';
import { compact } from '../../../lib/runs/ask/ask';
import { checkAsk } from '../../../lib/runs/ask/check-ask';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { hostOfApp } from '../../../lib/runs/configuration/repositories';
import type { Configuration, Placement } from '../../../lib/runs/configuration/configuration';
import type { About } from '../../../lib/runs/decisions/request';
import { runRequest } from '../../../lib/runs/decisions/request';
import { findStack } from './find-stack';
import type { RunBody } from './run-body';

/** What the API itself says of an ask. */
export interface AskedBy extends Pick<About, 'name' | 'key'> {
  readonly sender: string;
  readonly trusted: boolean;
}

/**
 * The request that a body comes to.
 * @throws InputError with everything that is wrong with it
 */
export function requestOfBody(configuration: Pick<Configuration, 'teams'>, body: RunBody, by: AskedBy): RunRequest {
  const place = findStack(configuration, body);
  const ask = askOfBody(body, place, by);
  const problems = checkAsk('body', ask, { stack: place.stack, promotesTo: place.team.promotesTo });
  if (problems.length > 0) throw new InputError(problems);
  const app = place.stack.apps.find(({ name }) => name === ask.apps?.[0]);
  const repo = ask.pullRequest && app && { host: hostOfApp(place.team, app), fullName: app.repo };
  return runRequest(place.team, ask, { name: by.name, key: by.key, ...(repo && { repo }) });
}

const IS_TRUSTED_OR_NOT: readonly Ask['pipeline'][] = ['pr-test', 'merge-release'];
/** Those of which the order of apps means nothing, so that one key stands for the same asked twice. */
const IS_SET_OF_APPS: readonly Ask['pipeline'][] = ['bootstrap', 'promote'];

function askOfBody(body: RunBody, { team, stack }: Pick<Placement, 'team' | 'stack'>, by: AskedBy): Ask {
  const { pipeline, pullRequest: number, interceptBackend, version, versions, forceRebuild } = body;
  const apps = IS_SET_OF_APPS.includes(pipeline) ? [...body.apps].sort() : [...body.apps];
  // where it is missing, so is the app, and that is told
  const repo = stack.apps.find(({ name }) => name === apps[0])?.repo ?? '';
  return compact({
    pipeline,
    team: team.name,
    stack: stack.name,
    apps,
    to: body.to,
    revision: body.revision ?? (pipeline === 'pr-test' && number !== undefined ? headOf(number) : undefined),
    revisions: body.revisions,
    pullRequest: number === undefined ? undefined : { number, repo },
    trust: IS_TRUSTED_OR_NOT.includes(pipeline) ? (by.trusted ? 'trusted' : 'untrusted') : undefined,
    overrides: { interceptBackend, version, versions, forceRebuild },
    source: { event: 'api', sender: by.sender },
  });
}

/** Where no commit is named, the head of the pull request is meant. */
const headOf = (pullRequest: number): string => `refs/pull/${pullRequest}/head`;
