import { script } from '../tasks/shared/script';
import type { Backend } from './backend';

/** Account of the previews' pods, for Telepresence's client alone; whoever runs Telepresence makes it. */
const ACCOUNT = 'telepresence-client';

/**
 * Needs Telepresence's traffic manager (2.25 or later, Apache-2.0), which puts an agent into the stable pods and
 * restarts them once; and a ServiceAccount `telepresence-client` in the environment with the client's rights
 * (https://telepresence.io/docs/howtos/client-rbac). The preview's own pod has an agent with NET_ADMIN and /dev/net/tun:
 * the namespace must be Pod Security `privileged`, and nodes must give containers that device. Baggage alone is not
 * followed. Written after its documentation, not tried against a traffic manager.
 */
export const telepresence: Backend = {
  how: 'Telepresence sends the requests of the session there',
  script: 'preview/preview-telepresence.sh',
  env: (images) => ({
    AGENT_IMAGE: images('telepresence'),
    AGENT_ACCOUNT: ACCOUNT,
    AGENT_SCRIPT: script('preview/telepresence-agent.sh'),
  }),
  kinds: [],
  hasService: false,
  account: ACCOUNT,
  logsRequests: false,
};
