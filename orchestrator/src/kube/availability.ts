import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';

/** An API, and whether the API server answered its last call. */
export interface TrackedApi {
  readonly api: KubeApi;
  readonly isUp: () => boolean;
}

/** Tracks whether an API server answers. A refusal is an answer, too. */
export function trackAvailability(api: KubeApi): TrackedApi {
  let isUp = true;
  const track = async <T>(answer: Promise<T>): Promise<T> => {
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
      get: (...asked) => track(api.get(...asked)),
      list: (...asked) => track(api.list(...asked)),
      create: (...asked) => track(api.create(...asked)),
      patch: (...asked) => track(api.patch(...asked)),
      delete: (...asked) => track(api.delete(...asked)),
      log: (...asked) => track(api.log(...asked)),
      pages: (...asked) => api.pages(...asked),
      follow: (...asked) => api.follow(...asked),
      watch: (...asked) => api.watch(...asked),
    },
  };
}
