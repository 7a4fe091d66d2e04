import { checkAsked, pluralsOf, servicesAsked } from '../../doctor/admission';
import type { EndpointSlice, WebhookConfiguration } from '../../doctor/admission';
import { DNS_CONFIG, checkDns } from '../../doctor/dns';
import type { Check, Finding, Outcome } from '../../doctor/finding';
import { checkGiven, givenWanted } from '../../doctor/given';
import { checkKinds, kindsWanted } from '../../doctor/kinds';
import { checkNamespace, namespacesWanted } from '../../doctor/namespaces';
import { largest, podsOfRuns, shownBoth } from '../../doctor/pods';
import { checkProgram, programsWanted } from '../../doctor/programs';
import { checkLocalQueue, checkSlots } from '../../doctor/queue';
import type { LocalQueue } from '../../doctor/queue';
import { checkQuota } from '../../doctor/quota';
import type { Quota } from '../../doctor/quota';
import { isRead, mapRead, unread } from '../../doctor/reading';
import { checkRoom } from '../../doctor/room';
import type { Node } from '../../doctor/room';
import { RUN_REQUEST_CRD, checkRunRequest } from '../../doctor/run-request';
import { checkSecret, secretsWanted } from '../../doctor/secrets';
import { checkStorage, claimsWanted } from '../../doctor/storage';
import type { StorageClass } from '../../doctor/storage';
import type { Wanted } from '../../doctor/wanted';
import { applyOrchestrator } from '../../doctor/wanted';
import { addressesWanted, checkAddress, withoutIngress } from '../../doctor/webhook-address';
import type { IngressClass } from '../../doctor/webhook-address';
import { isDeployOnly } from '../../fleet/cluster';
import { siteOf } from '../../fleet/site';
import type { KindRef } from '../../kube/api';
import type { Manifest } from '../../kube/manifest';
import { LOCAL_QUEUE } from '../../words/kueue';
import { askTekton, readController } from './ask-tekton';
import type { Reader } from './reader';
import {
  CLAIMS,
  CONFIG_MAPS,
  CRDS,
  DEPLOYMENTS,
  ENDPOINTS,
  INGRESS_CLASSES,
  kind,
  LOCAL_QUEUES,
  MUTATING,
  NAMESPACES,
  NODES,
  QUOTAS,
  SECRETS,
  STORAGE_CLASSES,
  VALIDATING,
} from './refs';

/** Reads what each check needs, all at once, and lets it judge. */

const EXTERNAL_SECRETS = 'external-secrets.io/v1';
/** Kinds by which an orchestrator is reached. */
const OF_ADDRESSES: Readonly<Record<string, KindRef>> = {
  Deployment: DEPLOYMENTS,
  Service: kind('v1', 'services'),
  Ingress: kind('networking.k8s.io/v1', 'ingresses'),
};

interface Data {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

type Ask = (reader: Reader, wanted: Wanted) => Promise<Outcome>;

export const askAll = (reader: Reader, wanted: Wanted): Promise<readonly Outcome[]> =>
  Promise.all(
    Object.entries<Ask>({ ...OF_APPS, ...OF_RUNS }).map(([check, ask]) =>
      isDeployOnly(wanted.cluster.settings) && Object.hasOwn(OF_RUNS, check)
        ? withoutRuns(check as keyof typeof OF_RUNS)
        : ask(reader, wanted),
    ),
  );

/** What comes of a check that is about runs, where none are. */
export const withoutRuns = (check: Check): Outcome =>
  outcome(check, 'no pipelines run here, as the file of the cluster says: role deploy', []);

const outcome = (check: Check, passed: string, findings: readonly Finding[]): Outcome => ({ check, passed, findings });

/** What each thing gives, all asked for at once. */
const each = async <T>(things: readonly T[], ask: (thing: T) => Promise<readonly Finding[]>): Promise<Finding[]> =>
  (await Promise.all(things.map(ask))).flat();

async function servedOf(reader: Reader, versions: readonly string[]) {
  const read = await Promise.all(
    [...new Set(versions)].map(async (version) => [version, await reader.resources(version)] as const),
  );
  return new Map(read);
}

async function askKinds(reader: Reader, { objects, cluster }: Wanted): Promise<Outcome> {
  const kinds = kindsWanted(objects, cluster.settings);
  const served = await servedOf(
    reader,
    kinds.map(({ apiVersion }) => apiVersion),
  );
  return outcome('kinds', `all ${kinds.length} that the output needs are served`, checkKinds(kinds, served, cluster));
}

async function askRunRequest(reader: Reader, { objects }: Wanted): Promise<Outcome> {
  const isIt = ({ kind: what, metadata }: Manifest): boolean =>
    what === 'CustomResourceDefinition' && metadata.name === RUN_REQUEST_CRD;
  const findings = await each(objects.filter(isIt), async (crd) =>
    checkRunRequest(crd, await reader.get<Manifest>(CRDS, undefined, RUN_REQUEST_CRD)),
  );
  return outcome('run-request', 'the kind of requests for runs is that of this version', findings);
}

async function askPrograms(reader: Reader, wanted: Wanted): Promise<Outcome> {
  const programs = programsWanted(wanted);
  const findings = await each(programs, async (program) =>
    checkProgram(program, await readController(reader, program.namespace, program.name)),
  );
  const passed =
    programs.length === 0 ? 'neither Results nor Chains is installed here' : 'each has a pod that is ready';
  return outcome('programs', passed, findings);
}

async function askNamespaces(reader: Reader, wanted: Wanted): Promise<Outcome> {
  const namespaces = namespacesWanted(wanted);
  const findings = await each(namespaces, async (one) =>
    checkNamespace(one, await reader.get<Manifest>(NAMESPACES, undefined, one.name)),
  );
  return outcome('namespaces', `${namespaces.length} are there, and admit the pods`, findings);
}

async function askSecrets(reader: Reader, wanted: Wanted): Promise<Outcome> {
  const kinds = await reader.resources(EXTERNAL_SECRETS);
  // who may not ask is told as where it is served
  const isServed = !isRead(kinds) || kinds.value.length > 0;
  const findings = await each(secretsWanted(wanted, isServed), async (secret) => {
    const read = await reader.get<Data>(SECRETS, secret.namespace, secret.name);
    // values go no further than here
    return checkSecret(
      secret,
      mapRead(read, (found) => found && { type: found.type ?? 'Opaque', keys: Object.keys(found.data ?? {}) }),
    );
  });
  return outcome('secrets', 'those that are needed are there, with their keys', findings);
}

async function askGiven(reader: Reader, wanted: Wanted): Promise<Outcome> {
  const findings = await each(givenWanted(wanted), async (one) =>
    checkGiven(
      one,
      mapRead(
        await reader.get<Data>(one.ref, one.namespace, one.name),
        (found) => found && Object.keys({ ...found.data, ...found.binaryData }),
      ),
    ),
  );
  return outcome('given', 'what others make is there', findings);
}

async function askStorage(reader: Reader, { objects }: Wanted): Promise<Outcome> {
  const classes = reader.list<StorageClass>(STORAGE_CLASSES);
  const findings = await each(claimsWanted(objects), async (claim) => {
    const { namespace, name } = claim.metadata;
    return checkStorage(claim, await reader.get<Manifest>(CLAIMS, namespace, name), await classes);
  });
  return outcome('storage', 'each claim has its volume, or a class that makes it', findings);
}

async function askRoom(reader: Reader, { objects }: Wanted): Promise<Outcome> {
  const pods = podsOfRuns(objects);
  const most = largest(pods);
  const passed =
    most === undefined
      ? 'no run has pods'
      : `some node takes the largest pod, ${most.task} with ${shownBoth(most.requests)}`;
  return outcome('room', passed, checkRoom(pods, await reader.list<Node>(NODES)));
}

async function askQuotas(reader: Reader, { teams, objects }: Wanted): Promise<Outcome> {
  const pods = podsOfRuns(objects);
  const findings = await each(teams, async ({ namespace }) =>
    checkQuota(namespace, pods, await reader.list<Quota>(QUOTAS, namespace)),
  );
  return outcome('quota', 'there is none, or it lets a run begin', findings);
}

async function askQueues(reader: Reader, { teams, apply }: Wanted): Promise<Outcome> {
  const findings = await each(teams, async (team) => {
    const { namespace, queue } = team;
    if (queue.kind === 'kueue')
      return checkLocalQueue(
        team,
        apply.get(team)!,
        await reader.get<LocalQueue>(LOCAL_QUEUES, namespace, LOCAL_QUEUE),
      );
    const [place, webhooks] = await Promise.all([
      reader.get<Manifest>(NAMESPACES, undefined, namespace),
      reader.list<WebhookConfiguration>(MUTATING),
    ]);
    return checkSlots(team, (isRead(place) ? place.value?.metadata.labels : undefined) ?? {}, webhooks);
  });
  return outcome('queue', 'one alone lets the runs of each team go on', findings);
}

async function askDns(reader: Reader, { cluster }: Wanted): Promise<Outcome> {
  const { domain } = siteOf(cluster.settings);
  const read = await reader.get<Data>(CONFIG_MAPS, DNS_CONFIG.namespace, DNS_CONFIG.name);
  return outcome('dns', `Services have names below ${domain}`, checkDns(domain, read));
}

async function askAdmission(reader: Reader, { objects }: Wanted): Promise<Outcome> {
  const places = [...new Set(objects.flatMap(({ metadata: { namespace } }) => namespace ?? []))];
  const [served, namespaces, ...configurations] = await Promise.all([
    servedOf(
      reader,
      objects.map(({ apiVersion }) => apiVersion),
    ),
    Promise.all(places.map(async (name) => [name, await reader.get<Manifest>(NAMESPACES, undefined, name)] as const)),
    ...[VALIDATING, MUTATING].map((which) => reader.list<WebhookConfiguration>(which)),
  ]);
  const labels = new Map(
    namespaces.map(([name, read]) => [name, (isRead(read) ? read.value?.metadata.labels : undefined) ?? {}]),
  );
  const plurals = pluralsOf(new Map([...served].map(([version, read]) => [version, isRead(read) ? read.value : []])));
  const known = configurations.flatMap((read) => (isRead(read) ? read.value : []));
  const services = servicesAsked(known, objects, plurals, labels);
  const findings = await each(services, async (service) =>
    checkAsked(
      service,
      await reader.list<EndpointSlice>(ENDPOINTS, service.namespace, `kubernetes.io/service-name=${service.name}`),
    ),
  );
  const refused = configurations.flatMap((read) => (isRead(read) ? [] : [unread('admission', 'webhooks', read)]));
  const passed =
    services.length === 0
      ? 'no webhook is asked about objects of ours'
      : 'each webhook that is asked about objects of ours answers';
  return outcome('admission', passed, [...refused, ...findings]);
}

async function askAddresses(reader: Reader, { objects, teams, apply, cluster }: Wanted): Promise<Outcome> {
  const addresses = addressesWanted(objects);
  const classes = reader.list<IngressClass>(INGRESS_CLASSES);
  const findings = await each(addresses, async (one) => {
    const { namespace, name } = one.metadata;
    const team = teams.find((each) => each.namespace === namespace);
    return checkAddress(
      one,
      await reader.get<Manifest>(OF_ADDRESSES[one.kind]!, namespace, name),
      await classes,
      team === undefined ? applyOrchestrator(cluster) : apply.get(team)!,
    );
  });
  const passed = addresses.length === 0 ? 'no team has an orchestrator here' : 'the orchestrators are there, and ready';
  return outcome('webhook-address', passed, [...findings, ...withoutIngress(addresses)]);
}

/** What apps and routers need, also where no pipelines run. */
const OF_APPS = {
  kinds: askKinds,
  programs: askPrograms,
  namespaces: askNamespaces,
  secrets: askSecrets,
  given: askGiven,
  dns: askDns,
  admission: askAdmission,
} satisfies Partial<Record<Check, Ask>>;

/** What runs need, and the orchestrators that start them. */
const OF_RUNS = {
  'run-request': askRunRequest,
  tekton: askTekton,
  storage: askStorage,
  room: askRoom,
  quota: askQuotas,
  queue: askQueues,
  'webhook-address': askAddresses,
} satisfies Partial<Record<Check, Ask>>;
