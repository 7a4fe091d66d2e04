import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../../lib/kube/api';

const AGAIN_AFTER_MS = 1_000;
const TIMES_MAX = 60;

/** Does it again as long as the API server has too much to do to answer. */
export async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (let time = 1; ; time++)
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.unknown || time === TIMES_MAX) throw error;
      await sleep(AGAIN_AFTER_MS);
    }
}
