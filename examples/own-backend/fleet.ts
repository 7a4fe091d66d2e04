import { Fleet } from 'tekton-dag';
import type { BackendApp } from 'tekton-dag';

/** Requests to an app, by every name that it is called by. Of two rules that match, Traefik takes the longer one. */
const route = ({ hosts, port }: BackendApp, name: string, service: string, more: readonly string[] = []) => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  metadata: { name },
  spec: {
    entryPoints: ['apps'],
    routes: [
      {
        kind: 'Rule',
        match: [`(${hosts.map((host) => `Host(\`${host}\`)`).join(' || ')})`, ...more].join(' && '),
        services: [{ name: service, port }],
      },
    ],
  },
});

/** Teams may say `interceptBackend: traefik`: routes of Traefik send the requests of a session to its preview. */
export default new Fleet({
  backends: {
    traefik: {
      how: 'an IngressRoute of Traefik sends the requests of the session there',
      kinds: [{ apiVersion: 'traefik.io/v1alpha1', kind: 'IngressRoute', plural: 'ingressroutes' }],
      address: 'traefik.infra.svc.cluster.local',
      stable: (app) => [route(app, app.app, app.stableService)],
      preview: (preview) => [
        route(preview, preview.service, preview.service, [`Header(\`${preview.header}\`, \`${preview.session}\`)`]),
      ],
    },
  },
});
