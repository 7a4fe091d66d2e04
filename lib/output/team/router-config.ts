import { createHash } from 'node:crypto';
import { BACKEND_HEADER, ROUTER_LOG } from '../../words/environment';
import type { Site } from '../../fleet/site';
import { SESSION_PATTERN, previewName, stableService } from '../../words/names';
import type { EnvironmentApp } from './environment-apps';
import { isIntercepted } from './environment-apps';

/**
 * The configuration of an environment's router: HAProxy 2.6 or later, made once at synth, never changed by a run.
 *
 * A request of session S goes to the preview that the name `<app>-<S>` resolves to, any other to `<app>-stable`.
 * https://docs.haproxy.org/3.0/configuration.html (do-resolve, set-dst, resolvers)
 */

/** Serves `/healthz` for the probes and `/metrics` for Prometheus. */
export const ROUTER_ADMIN_PORT = 8404;

/** Above what needs privileges and what is served here, below the ports that a node takes for connections of its own. */
const PORTS = { first: 10_001, count: 22_000 } as const;
const SESSION = SESSION_PATTERN.slice(1, -1);

/**
 * Port of the router for each app that it intercepts, by name of the app. It follows from the name, so that an app that comes or
 * goes leaves those of others alone; where two names would have the same, the later app has the next one.
 */
export function routerPorts(apps: readonly EnvironmentApp[]): ReadonlyMap<string, number> {
  const taken = new Set<number>();
  return new Map(
    apps.filter(isIntercepted).map(({ app }) => {
      let at = createHash('sha256').update(app.name).digest().readUInt32BE() % PORTS.count;
      while (taken.has(at)) at = (at + 1) % PORTS.count;
      taken.add(at);
      return [app.name, PORTS.first + at];
    }),
  );
}

/**
 * The text of haproxy.cfg for an environment. HAProxy asks name servers without the search path of the pod, so its names
 * are whole.
 * @param namespace of the apps: names resolve below `<namespace>.svc.<domain>`
 */
export function haproxyConfig(
  namespace: string,
  apps: readonly EnvironmentApp[],
  { domain, ipFamilies }: Pick<Site, 'domain' | 'ipFamilies'>,
): string {
  const place: Place = {
    services: `${namespace}.svc.${domain}`,
    family: ipFamilies?.[0] === 'IPv6' ? 'ipv6' : 'ipv4',
    bind: ipFamilies?.includes('IPv6') === false ? (port) => `bind :${port}` : (port) => `bind :::${port} v4v6`,
  };
  const ports = routerPorts(apps);
  const intercepted = apps.filter(isIntercepted);
  const ways = new Map(intercepted.map((entry) => [wayOf(entry), entry]));
  const proxies = intercepted.map((entry) => [
    frontend(place, entry, ports.get(entry.app.name) ?? 0),
    preview(entry),
    stable(place, entry),
  ]);
  const rules = [...ways.values()].map((entry) => byPropagation(place, entry));
  return `${[HEAD, admin(place), ...rules, ...proxies.flat()].join('\n\n')}\n`;
}

/** What the cluster decides. A name without an address of the preferred family is asked for again, by the other. */
interface Place {
  /** Below which Services of the environment have names. */
  readonly services: string;
  readonly family: 'ipv4' | 'ipv6';
  /** All addresses of the pod; a kernel without IPv6 refuses those of IPv6. */
  readonly bind: (port: number) => string;
}

/**
 * `maxconn` is said because the default follows the limit of open files, which in a container may be a billion; `nbthread`
 * because it follows the cores of the node, and more threads than the container's limit of one core are only throttled.
 * A session's name is asked for at each request, an unknown one must cost milliseconds: one try, answers kept a second.
 * The address of a stable Service lasts as long as the Service, so an outage of DNS leaves it alone.
 */
const BASE = 'base';
const HEAD = `global
  log stdout len 4096 format raw local0 info
  maxconn 4096
  nbthread 1
  hard-stop-after 20s

defaults ${BASE}
  mode http
  log global
  option dontlognull
  retries 2
  timeout connect 2s
  timeout http-request 30s
  timeout http-keep-alive 60s
  timeout client 5m
  timeout server 5m
  timeout tunnel 1h

resolvers sessions
  parse-resolv-conf
  accepted_payload_size 8192
  resolve_retries 1
  timeout resolve 1s
  timeout retry 1s
  hold valid 1s
  hold nx 1s
  hold other 1s
  hold refused 1s
  hold timeout 1s
  hold obsolete 1s

resolvers stable
  parse-resolv-conf
  accepted_payload_size 8192
  resolve_retries 3
  timeout resolve 1s
  timeout retry 1s
  hold valid 5s
  hold nx 5s
  hold other 10m
  hold refused 10m
  hold timeout 10m
  hold obsolete 5s`;

const admin = ({ bind }: Place): string => `frontend admin from ${BASE}
  ${bind(ROUTER_ADMIN_PORT)}
  no log
  monitor-uri /healthz
  http-request use-service prometheus-exporter if { path /metrics }
  http-request return status 404`;

/** Streams of gRPC may be silent for long; a WebSocket has the timeout of a tunnel. */
const idle = ({ app }: EnvironmentApp, side: 'client' | 'server'): string =>
  app.protocol === 'grpc' ? `\n  timeout ${side} 1h` : '';

/** HTTP/2 without TLS comes in on any port, but a server has to be told. */
const proto = ({ app }: EnvironmentApp): string => (app.protocol === 'grpc' ? ' proto h2' : '');

/** Apps whose requests bear their session in the same way share the rules that find it. */
const wayOf = ({ propagations }: EnvironmentApp): string =>
  propagations.flatMap(({ headerName, baggageKey }) => [headerName, baggageKey]).join(':');

/**
 * The rules of each app, once: a frontend is called as its app is. A value that is no session counts as none. Later lines win: the
 * header beats the baggage.
 * `req.hdrs` rather than `req.hdr(baggage)`, since baggage may come in several lines; without a match `regsub` gives back
 * all headers, which the line after the headers throws away.
 * https://docs.haproxy.org/3.0/configuration.html#4 (rules in a `defaults` section that has a name)
 */
function byPropagation({ services, family }: Place, entry: EnvironmentApp): string {
  const { propagations } = entry;
  const found = '{ var(txn.session) -m found }';
  const app = '%[fe_name]';
  return `defaults ${wayOf(entry)} from ${BASE}
  http-request set-var(txn.path) path
${propagations.map(({ baggageKey }) => fromBaggage(baggageKey)).join('\n')}
${propagations.map(({ headerName }) => fromHeader(headerName)).join('\n')}
  http-request unset-var(txn.session) unless { var(txn.session) -m reg '${SESSION_PATTERN}' }
  http-request set-var-fmt(txn.name) "${previewName(app, '%[var(txn.session)]')}" if ${found}
  http-request set-var-fmt(txn.host) "%[var(txn.name)].${services}" if ${found}
  http-request do-resolve(txn.address,sessions,${family}) var(txn.host) if ${found}
  http-request set-var(txn.to) str(stable)
  http-request set-var(txn.to) str(preview) if { var(txn.address) -m found }
  http-request set-var-fmt(txn.name) "${stableService(app)}" unless { var(txn.address) -m found }
  http-after-response set-header ${BACKEND_HEADER} %[var(txn.name)]
  log-format "${ROUTER_LOG} app=%f session=%[var(txn.session)] to=%[var(txn.to)] status=%ST path=%[var(txn.path)]"`;
}

const frontend = ({ bind }: Place, entry: EnvironmentApp, port: number): string =>
  `frontend ${entry.app.name} from ${wayOf(entry)}
  ${bind(port)}${idle(entry, 'client')}
  use_backend ${entry.app.name}.preview if { var(txn.address) -m found }
  default_backend ${entry.app.name}.stable`;

/** The member may stand anywhere in the list, in any line, with spaces and properties: `a=1, dev-session = pr-4-abcd;ttl=9`. */
function fromBaggage(key: string): string {
  const member = `[ \\t]*${key.replaceAll('.', '\\.')}[ \\t]*=[ \\t]*(${SESSION})[ \\t]*`;
  return `  http-request set-var(txn.session) 'req.hdrs,regsub("(?s)^(?:.*?\\n)?(?i:baggage):(?:[^\\n]*?,)?${member}[;,\\r].*$","\\1")' unless { var(txn.session) -m reg '${SESSION_PATTERN}' }`;
}

const fromHeader = (name: string): string =>
  `  http-request set-var(txn.session) req.hdr(${name},1) if { req.hdr(${name},1) -m reg '${SESSION_PATTERN}' }`;

/** A headless Service leads to pods, so the port is that of the container. */
function preview(entry: EnvironmentApp): string {
  return `backend ${entry.app.name}.preview from ${BASE}${idle(entry, 'server')}
  http-request set-dst var(txn.address)
  http-request set-dst-port int(${entry.app.containerPort})
  server preview 0.0.0.0:0${proto(entry)}`;
}

/** Resolved while running (`init-addr none`): the router starts before the Services that it leads to. */
function stable({ services, family }: Place, entry: EnvironmentApp): string {
  const { name, servicePort } = entry.app;
  return `backend ${name}.stable from ${BASE}${idle(entry, 'server')}
  server stable ${stableService(name)}.${services}:${servicePort} resolvers stable resolve-prefer ${family} init-addr none${proto(entry)}`;
}
