import { HistoryBusy, HistoryUnavailable } from '../history/run-history';
import { HttpProblem } from './problem';

/** What of the history a caller is told where it does not answer. */
export function toldOf(error: unknown): unknown {
  if (error instanceof HistoryBusy) return new HttpProblem('overloaded', error.message);
  return error instanceof HistoryUnavailable ? new HttpProblem('history_unavailable') : error;
}

/** @throws HttpProblem: history_unavailable, overloaded */
export async function* told<T>(asked: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* asked;
  } catch (error) {
    throw toldOf(error);
  }
}
