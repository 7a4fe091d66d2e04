import type { FastifyInstance } from 'fastify';
import type { Lifecycle } from './http/server';
import type { Log } from './log';
import type { Metrics } from './metrics';

/** What the program does in a mode, and what it has in each of them. */

/** What is there before it is known which mode it is. */
export interface Surroundings {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  /** Seconds that the event loop was late at most of late. */
  readonly lag: () => number;
}

/** The parts of a mode, which have begun. */
export interface Service {
  /** Adds what it answers. */
  routes(app: FastifyInstance): void | Promise<void>;
  /** Reads everything anew that may have changed. */
  reload(): Promise<void>;
  /** Ends its parts, once nothing is answered any more. */
  stop(): Promise<void>;
}
