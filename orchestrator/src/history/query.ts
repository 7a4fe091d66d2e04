/** What the history asks of a database. */

/** Sends one statement. Values are parameters; no text of anybody is part of a statement. */
export type Query = <Row>(text: string, values: readonly unknown[]) => Promise<readonly Row[]>;

/** A statement with what its parameters stand for. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface Database {
  /** @throws HistoryUnavailable if no good answer came; DatabaseError if the database refuses the values */
  readonly query: Query;
  /** Does several statements as one. @throws as `query` does; then none of them was done */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** Reads the URL again. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}
