import type { Outcome } from '../../doctor/finding';
import { findings } from '../../doctor/finding';
import { isRead } from '../../doctor/reading';
import type { Report } from '../../doctor/report';
import { reportOf, toJson, toText } from '../../doctor/report';
import { wantedOf } from '../../doctor/wanted';
import { isDeployOnly } from '../../fleet/cluster';
import { connectByName } from '../../kube/connect';
import { loadFleet, rootOf } from '../load';
import { pick } from '../pick';
import { EXIT, during, print } from '../terminal';
import type { ExitCode } from '../terminal';
import { chooseCluster, chooseTeams } from './choose';
import { askAll, withoutRuns } from './ask-all';
import { probeRegistries } from './probe';
import { Reader } from './reader';

const RENDER = { text: toText, json: toJson };

/** The options of `doctor`. */
export interface DoctorOptions {
  readonly cluster?: string;
  readonly team?: string;
  readonly probe?: true;
  readonly root?: string;
  readonly format: keyof typeof RENDER;
}

/** `doctor`: what the fleet needs of a cluster and does not find there, each with its remedy. */
export async function doctor(options: DoctorOptions): Promise<ExitCode> {
  const { fleet, extensions } = loadFleet({ root: rootOf(options) });
  // what is typed wrong is told before a cluster is looked for
  if (options.cluster !== undefined) chooseTeams(fleet, chooseCluster(fleet, options.cluster, []), options.team);
  else if (options.team !== undefined) pick('team', fleet.teams, options.team);
  const { client, names } = await connectByName();
  const cluster = chooseCluster(fleet, options.cluster, names);
  const teams = chooseTeams(fleet, cluster, options.team);
  const reader = new Reader(client);
  const about = { cluster: cluster.name, server: client.server, teams: teams.map(({ name }) => name) };
  const answers = await during(`ask ${client.server}`, askServer(reader));
  const outcomes = [answers];
  if (answers.findings.length === 0) {
    const wanted = wantedOf(fleet, extensions, cluster, teams);
    outcomes.push(...(await during(`ask ${client.server}`, askAll(reader, wanted))));
    outcomes.push(
      isDeployOnly(cluster.settings)
        ? withoutRuns('registry')
        : await probeRegistries(client, teams, options.probe === true),
    );
  }
  return tell(reportOf(about, outcomes), options.format);
}

function tell(report: Report, format: DoctorOptions['format']): ExitCode {
  print(RENDER[format](report));
  return report.ok ? EXIT.done : EXIT.failed;
}

/** Whether there is an API server that knows the caller: without one nothing else is asked. */
async function askServer(reader: Reader): Promise<Outcome> {
  const { server } = reader.client;
  const read = await reader.resources('v1');
  const found = findings('api-server');
  return {
    check: 'api-server',
    passed: 'it answers',
    // who may not list kinds is known to it all the same
    findings:
      isRead(read) || read.needs !== undefined
        ? []
        : [
            found(
              'error',
              server,
              `does not answer as an API server: ${read.said}`,
              'kubectl cluster-info, with the same KUBECONFIG',
            ),
          ],
  };
}
