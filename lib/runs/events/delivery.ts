import type { Event } from './event';
import type { EventReader } from './event-reader';
import { giteaEvents } from './gitea-event';
import { githubEvents } from './github-event';

/** How a kind of Git host sends its deliveries. */
export interface Dialect {
  /** Header with the name of the event; header names are in lower case. */
  readonly event: string;
  /** Header with the id of the delivery. */
  readonly delivery: string;
  /** Header with the signature of the body. */
  readonly signature: string;
  readonly events: EventReader;
}

/** The dialects that are understood. */
export const DIALECTS = {
  github: {
    event: 'x-github-event',
    delivery: 'x-github-delivery',
    signature: 'x-hub-signature-256',
    events: githubEvents,
  },
  gitea: { event: 'x-gitea-event', delivery: 'x-gitea-delivery', signature: 'x-gitea-signature', events: giteaEvents },
} as const satisfies Readonly<Record<string, Dialect>>;
export type DialectName = keyof typeof DIALECTS;

/** What a request remembers of the delivery that it answers. */
export interface Delivery {
  /** The event and its action: `pull_request.opened`. */
  readonly name: string;
  readonly id: string;
}

/** A delivery whose signature was checked, as it arrived. */
export interface ReceivedDelivery {
  readonly dialect: DialectName;
  /** The name of the event, as the header gives it. */
  readonly event: string;
  readonly id: string;
  readonly payload: unknown;
}

/**
 * Reads the event of a delivery.
 * @throws PayloadError if the payload is not what its event says
 */
export function readDelivery({ dialect, event: name, id, payload }: ReceivedDelivery): {
  readonly event: Event;
  readonly delivery: Delivery;
} {
  const event = DIALECTS[dialect].events.read(name, payload);
  return { event, delivery: { name: event.kind === 'pull-request' ? `${name}.${event.action}` : name, id } };
}
