import { configurationOfDirectory } from '../../../../orchestrator/src/config/directory';
import { createCurrent } from '../../../../orchestrator/src/config/current';
import { connect } from '../../../../orchestrator/src/kube/client';
import { electLeader } from '../../../../orchestrator/src/kube/leader';
import { createLog } from '../../../../orchestrator/src/log';
import { createMetrics } from '../../../../orchestrator/src/metrics';
import { startQueue } from '../../../../orchestrator/src/queue/queue';
import { readSettings } from '../../../../orchestrator/src/settings';

/** The queue and nothing else of the orchestrator, as a process. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const log = createLog(settings.logLevel);
  const metrics = createMetrics();
  const api = await connect();
  const configuration = await configurationOfDirectory(`${settings.configDir}`, createCurrent(settings.team, log, metrics), log);
  const leader = electLeader(api, { namespace: settings.namespace, name: 'tekton-dag-orchestrator' });
  startQueue({ api, configuration, log, metrics, isLeading: () => leader.isLeading, retention: {} });
}

void main();
