import type { Event, OtherEvent } from './event';

/** Reads the events of one kind of Git host, by their names. */
export interface EventReader {
  /** Every name that is known, also of events from which nothing follows. */
  readonly names: readonly string[];
  /**
   * @param name as the host gives it in a header
   * @throws PayloadError if the payload is not what its event says
   */
  readonly read: (name: string, payload: unknown) => Event;
}

/** @param readers one for each event that is known; from any other nothing follows */
export const eventReader = (readers: Readonly<Record<string, (payload: unknown) => Event>>): EventReader => ({
  names: Object.keys(readers),
  read: (name, payload) =>
    Object.hasOwn(readers, name) ? readers[name]!(payload) : otherEvent('event', 'nothing follows from this event'),
});

/** An event from which nothing follows, and why. */
export const otherEvent = (reason: OtherEvent['reason'], detail: string): OtherEvent => ({
  kind: 'other',
  reason,
  detail,
});

/** Every host sends pushes, unless it is told not to. */
export const pushEvent = (): OtherEvent =>
  otherEvent('event', 'a push runs nothing: pull requests are tested, and a merged one is released');
