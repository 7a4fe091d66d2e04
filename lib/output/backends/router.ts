import { k8s } from 'cdk8s-plus-28';
import { routerPort } from '../../words/names';
import { isIntercepted } from '../team/environment-apps';
import { ROUTER_SELECTOR, router as routerObjects } from '../team/router';
import { ROUTER_ADMIN_PORT } from '../team/router-config';
import type { Backend } from './backend';

/** Needs nothing but the environment's own router. The session is told by the header or by the member of baggage. */
export const router: Backend = {
  how: 'the router sends the requests of the session there',
  script: 'preview/preview-router.sh',
  kinds: [],
  hasService: true,
  logsRequests: true,
  ofApp: {
    service: (_, { name }) => ({
      selector: { ...ROUTER_SELECTOR },
      targetPort: k8s.IntOrString.fromString(routerPort(name)),
    }),
  },
  ofEnvironment: (scope, { site }, namespace, apps, images) => {
    if (apps.some(isIntercepted)) routerObjects(scope, { namespace, site }, apps, images('haproxy'));
  },
  metrics: { pods: ROUTER_SELECTOR, port: ROUTER_ADMIN_PORT },
};
