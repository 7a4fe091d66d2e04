import { HistoryBusy, HistoryUnavailable } from '../history/run-history';
import { HttpProblem } from './problem';

/** What the history answers, or what a caller is told where it does not. @throws HttpProblem: history_unavailable, overloaded */
export async function* told<T>(asked: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* asked;
  } catch (error) {
    if (error instanceof HistoryBusy) throw new HttpProblem('overloaded', error.message);
    throw error instanceof HistoryUnavailable ? new HttpProblem('history_unavailable') : error;
  }
}
