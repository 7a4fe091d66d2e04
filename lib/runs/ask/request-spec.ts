import type { RunRequestSpec } from './run-request';
import { RUN_REQUEST, requestLabels } from './run-request';
import { namePrefix } from '../run/compose';
import type { RunInput } from './run-input';

/** What a request says so that the orchestrator composes the run of these inputs from it; who asks, and why, is not among them. */
export function requestSpec(input: RunInput): RunRequestSpec {
  const {
    kind: pipeline,
    team,
    stack,
    apps,
    testApps,
    to,
    revision,
    appRevisions,
    pr,
    trust,
    interceptBackend,
    version,
    versionOverrides,
    forceRebuild,
  } = input;
  const repo = stack.apps.find(({ name }) => name === apps[0])?.repo;
  const overrides = {
    ...(interceptBackend !== undefined && { interceptBackend }),
    ...(version !== undefined && { version }),
    ...(Object.keys(versionOverrides).length > 0 && { versions: versionOverrides }),
    ...(forceRebuild && { forceRebuild }),
  };
  return {
    pipeline,
    team,
    stack: stack.name,
    ...(apps.length > 0 && { apps: [...apps] }),
    ...(testApps && { testApps: [...testApps] }),
    ...(to !== undefined && { to }),
    ...(revision !== undefined && { revision }),
    ...(Object.keys(appRevisions).length > 0 && { revisions: appRevisions }),
    ...(pr !== undefined && repo !== undefined && { pullRequest: { number: Number(pr), repo } }),
    ...(trust !== undefined && { trust }),
    ...(Object.keys(overrides).length > 0 && { overrides }),
  };
}

/** The manifest of a request as a person or a CronJob makes it: the API server names it, and with that its run. */
export function askFor(input: RunInput, namespace: string) {
  const spec = requestSpec(input);
  return {
    apiVersion: `${RUN_REQUEST.group}/${RUN_REQUEST.version}`,
    kind: RUN_REQUEST.kind,
    metadata: { generateName: namePrefix(input), namespace, labels: requestLabels(spec) },
    spec,
  };
}
