import type { Fleet, Team } from '../fleet/model';
import { isServedByCluster } from '../fleet/model';
import { toDocument } from '../kube/yaml';
import { configOf } from '../output/team/orchestrator';
import type { RunRequest } from '../runs/ask/run-request';
import { compile } from '../runs/configuration/compile';
import type { Configuration } from '../runs/configuration/configuration';
import { originalFields } from '../original/run-answer';
import { answerTo } from '../runs/decisions/answer';
import type { AnswerBody } from '../runs/decisions/answer';
import { decide } from '../runs/decisions/decide';
import type { Facts } from '../runs/decisions/decision';
import { DIALECTS, readDelivery } from '../runs/events/delivery';
import type { DialectName, ReceivedDelivery } from '../runs/events/delivery';
import { PayloadError } from '../runs/events/payload';
import { nearest } from '../words/nearest';
import { list } from '../words/phrase';
import { InputError } from '../words/problem';
import { placeOfFault } from './json-fault';
import { loadFleet } from './load';
import { unknownName } from './pick';
import { readGiven } from './given';
import { EXIT, print, tellProblems } from './terminal';
import type { ExitCode } from './terminal';
import { UsageError } from './usage-error';

export interface ExplainOptions {
  readonly event: string;
  readonly from: DialectName;
  readonly root?: string;
  readonly teamFile?: string;
  readonly output: 'yaml' | 'json';
}

/** An empty cluster, where nobody asks the Git host; a payload may be an old one, kept to be looked at. */
const NOTHING_KNOWN: Facts = {
  now: 0,
  known: { named: () => undefined, ofRepository: () => [], ofPullRequest: () => [], ofRepositoryId: () => [] },
  asked: {},
};

/** What an orchestrator answers to a delivery, and what it creates. */
interface Explanation {
  readonly answer: AnswerBody;
  readonly objects: readonly RunRequest[];
}

/**
 * `explain PAYLOAD`: prints what an orchestrator answers to a delivery where nothing is known yet, and what it creates. There
 * is more than one answer only where two orchestrators have the repository.
 */
export function explain(file: string, options: ExplainOptions): ExitCode {
  checkEvent(options);
  const { fleet } = loadFleet(options);
  const configurations = configurationsOf(fleet);
  tellProblems(configurations.flatMap(({ problems }) => problems));
  const received = { dialect: options.from, event: options.event, id: 'explained', payload: readPayload(file) };
  const all = configurations.map((configuration) => explainDelivery(file, received, configuration));
  const having = all.filter(({ answer }) => answer.reason !== 'unmapped_repo');
  const explanations = distinct(having.length > 0 ? having : all);
  print(
    options.output === 'json'
      ? explanations.map((explanation) => JSON.stringify(explanation, null, 2)).join('\n')
      : explanations.flatMap(({ answer, objects }) => [answer, ...objects].map(toDocument)).join('---\n'),
  );
  return EXIT.done;
}

/**
 * The configuration of each orchestrator: a team's own serves the team, and the one of a cluster serves every team there with
 * `orchestrator.mode: shared`. Without any orchestrator there is an empty one, which answers that nobody has the repository.
 */
function configurationsOf({ teams, elsewhere = [] }: Fleet): readonly Configuration[] {
  const served = new Map<string, Team[]>();
  for (const team of [...teams, ...elsewhere].filter(({ orchestrator }) => orchestrator.enabled)) {
    const orchestrator = isServedByCluster(team) ? team.cluster : `${team.cluster} ${team.name}`;
    served.set(orchestrator, [...(served.get(orchestrator) ?? []), team]);
  }
  return [...(served.size > 0 ? served.values() : [[]])].map((group) => {
    const sources = group.map((team) => ({ name: team.file, text: JSON.stringify(configOf(team)) }));
    return compile(sources, new Map(), 1).configuration;
  });
}

/**
 * An orchestrator takes any event that it does not know for one from which nothing follows. A person may have mistyped it.
 * @throws UsageError where another event was probably meant
 */
function checkEvent({ event, from }: ExplainOptions): void {
  const hosts = Object.keys(DIALECTS) as DialectName[];
  const sending = hosts.filter((host) => DIALECTS[host].events.names.includes(event));
  if (sending.includes(from)) return;
  if (sending.length > 0)
    throw new UsageError(
      `'${event}' is not an event of ${from}, but one of ${list(sending)}: say --from ${sending[0]}`,
    );
  const { names } = DIALECTS[from].events;
  if (nearest(event, names) !== undefined) throw unknownName('event', names, event, from);
  const problem = { file: '--event', message: 'nothing ever follows from this event', found: event };
  tellProblems([{ ...problem, expected: list(names), severity: 'warning' }]);
}

function readPayload(file: string): unknown {
  const text = readGiven(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError([
      { file, ...placeOfFault(text, error as SyntaxError), message: 'is not JSON', severity: 'error' },
    ]);
  }
}

/** @throws InputError at the places in the file that the orchestrator refuses */
function explainDelivery(file: string, received: ReceivedDelivery, configuration: Configuration): Explanation {
  try {
    const { event, delivery } = readDelivery(received);
    const decision = decide(event, delivery, configuration, NOTHING_KNOWN);
    const { requests, cancelMarkers } = decision;
    const created = (request: RunRequest) => ({ request, created: true });
    const effects = { requests: requests.map(created), cancelMarkers: cancelMarkers.map(created), stopped: [] };
    const { body } = answerTo(event, delivery, decision, effects);
    return {
      answer: { ...body, ...originalFields(body.runs ?? []) },
      objects: [...requests, ...cancelMarkers],
    };
  } catch (error) {
    if (error instanceof PayloadError) throw new InputError(error.problems.map((problem) => ({ ...problem, file })));
    throw error;
  }
}

/** Each explanation once: an orchestrator on another cluster says the same of the same team. */
const distinct = (explanations: readonly Explanation[]): readonly Explanation[] => [
  ...new Map(explanations.map((explanation) => [JSON.stringify(explanation), explanation])).values(),
];
