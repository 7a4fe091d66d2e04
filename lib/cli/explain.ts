import { readFileSync } from 'node:fs';
import { compile } from '../runs/configuration/compile';
import { decide } from '../runs/decisions/decide';
import type { Decision, Facts } from '../runs/decisions/decision';
import type { Event } from '../runs/events/event';
import { giteaEvent } from '../runs/events/gitea-event';
import { githubEvent } from '../runs/events/github-event';
import { PayloadError } from '../runs/events/payload';
import { InputError } from '../words/problem';
import { toDocument } from '../kube/yaml';
import { configOf } from '../output/team/orchestrator';
import { loadFleet } from './load';
import { EXIT, print, tellProblems } from './terminal';
import type { ExitCode } from './terminal';

export interface ExplainOptions {
  readonly event: string;
  readonly from: 'github' | 'gitea';
  readonly root?: string;
  readonly teamFile?: string;
  readonly output: 'yaml' | 'json';
}

/** Of no cluster: no request is there yet, nobody is asked, and nothing is too old. */
const NOTHING_KNOWN: Facts = {
  now: 0,
  known: { named: () => undefined, ofRepository: () => [], ofPullRequest: () => [] },
  asked: {},
};

/** `explain PAYLOAD`: what the orchestrators of the teams would answer to a delivery, what they would create, and why. */
export function explain(file: string, options: ExplainOptions): ExitCode {
  const { fleet, warnings } = loadFleet(options);
  tellProblems(warnings);
  const sources = fleet.teams
    .filter(({ orchestrator }) => orchestrator.enabled)
    .map((team) => ({ name: team.file, text: JSON.stringify(configOf(team)) }));
  const { configuration } = compile(sources, new Map(), 1);
  tellProblems(configuration.problems);
  const event = read(file, options);
  const decision = decide(event, { name: options.event, id: 'explained' }, configuration, NOTHING_KNOWN);
  if (decision.invalid) throw new InputError(decision.invalid.map((problem) => ({ ...problem, file })));
  const objects = [...decision.requests, ...decision.marks];
  const answer = answerOf(event, decision);
  print(
    options.output === 'json'
      ? JSON.stringify({ answer, objects }, null, 2)
      : [answer, ...objects].map(toDocument).join('---\n'),
  );
  return EXIT.done;
}

function read(file: string, { event, from }: ExplainOptions): Event {
  const problem = (message: string) => new InputError([{ file, message, severity: 'error' }]);
  let payload: unknown;
  try {
    payload = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw problem('is no JSON');
    throw error;
  }
  try {
    return from === 'github' ? githubEvent(event, payload) : giteaEvent(event, payload);
  } catch (error) {
    if (error instanceof PayloadError) throw new InputError(error.problems.map((one) => ({ ...one, file })));
    throw error;
  }
}

function answerOf({ kind }: Event, { requests, ignored, notes }: Decision): object {
  const why = notes.length > 0 ? { why: notes.join('; ') } : {};
  if (kind === 'ping') return { status: 'pong' };
  if (ignored !== undefined) return { status: 'ignored', reason: ignored, ...why };
  return {
    status: 'accepted',
    ...why,
    runs: requests.map(({ metadata: { name, namespace }, spec: { pipeline, team, stack, apps } }) => ({
      name,
      namespace,
      pipeline,
      team,
      stack,
      apps,
    })),
  };
}
