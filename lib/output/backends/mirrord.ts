import { RUN_MINUTES } from '../../words/names';
import type { Team } from '../../fleet/model';
import type { Backend } from './backend';

const PREVIEW_SESSIONS = {
  apiVersion: 'preview.mirrord.metalbear.co/v1alpha',
  plural: 'previewsessions',
  isGuarded: false,
} as const;

/** An hour longer than a run of the team may last: an operator that closes previews by itself closes none that a run needs. */
const lifetimeSeconds = ({ timeouts }: Team): string => String(((timeouts['pr-test'] ?? RUN_MINUTES.usual) + 60) * 60);

/**
 * Needs the mirrord operator with preview environments (3.190 or later), which is commercial: a licence, and its own
 * privileged agents beside the stable pods, whose nodes must allow them. The pod is the operator's copy of the stable
 * one with the new image, so the app must be deployed; changes of its Deployment in the same pull request do not show.
 * Written after the operator's CRD, not tried against an operator. https://metalbear.com/mirrord/docs
 */
export const mirrord: Backend = {
  how: 'the mirrord operator sends the requests of the session there',
  script: 'preview/preview-mirrord.sh',
  env: (_, team) => ({ LIFETIME_SECONDS: lifetimeSeconds(team) }),
  kinds: [PREVIEW_SESSIONS],
  hasService: false,
  opens: { apiVersion: PREVIEW_SESSIONS.apiVersion, plural: PREVIEW_SESSIONS.plural },
  logsRequests: false,
};
