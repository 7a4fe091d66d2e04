import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';

/** The same API, and whether it answered when it was last asked. */
export interface Observed {
  readonly api: KubeApi;
  readonly isUp: () => boolean;
}

/** A refusal is an answer, too. */
export function observe(api: KubeApi): Observed {
  let isUp = true;
  const told = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      const value = await answer;
      isUp = true;
      return value;
    } catch (error) {
      isUp = error instanceof ApiError && !error.unknown;
      throw error;
    }
  };
  return {
    isUp: () => isUp,
    api: {
      get: (...asked) => told(api.get(...asked)),
      list: (...asked) => told(api.list(...asked)),
      create: (...asked) => told(api.create(...asked)),
      patch: (...asked) => told(api.patch(...asked)),
      delete: (...asked) => told(api.delete(...asked)),
      log: (...asked) => told(api.log(...asked)),
      pages: (...asked) => api.pages(...asked),
      watch: (...asked) => api.watch(...asked),
    },
  };
}
