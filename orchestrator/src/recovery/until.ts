import { unless } from '../abort';
import type { GitHubRequest } from '../hosts/github-host';

/** GitHub, until it is told to stop: then every call ends at once, whatever the client waits for. */
export const until =
  (signal: AbortSignal, github: GitHubRequest): GitHubRequest =>
  (route, parameters) =>
    unless(signal, github(route, { ...parameters, request: { signal } }));
