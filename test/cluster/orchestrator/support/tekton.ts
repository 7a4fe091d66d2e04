import type { KubeApi } from '../../../../lib/kube/api';
import { listWatch } from '../../../../orchestrator/src/kube/list-watch';
import type { Store } from '../../../../orchestrator/src/kube/list-watch';
import { RUNS, isDone, isPending } from '../../../../orchestrator/src/queue/objects';
import type { Run } from '../../../../orchestrator/src/queue/objects';

/** In Tekton's place: writes the status of runs and nothing else. A run goes on until `ends` says that it is over. */
export class Tekton {
  private readonly stores: readonly Store<Run>[];
  private readonly written = new Map<string, string>();

  constructor(
    private readonly api: KubeApi,
    /** Undefined is all of them. */
    namespaces: readonly (string | undefined)[],
    private readonly ends: (run: Run) => boolean,
  ) {
    this.stores = namespaces.map((namespace) => listWatch<Run>(api, RUNS, { namespace }));
    for (const store of this.stores) store.onChange(() => this.look(store));
  }

  runs(): readonly Run[] {
    return this.stores.flatMap((store) => store.list());
  }

  /** Asks again of every run whether it is over. */
  lookAgain(): void {
    for (const store of this.stores) this.look(store);
  }

  stop(): void {
    for (const store of this.stores) store.stop();
  }

  private look(store: Store<Run>): void {
    for (const run of store.list()) {
      if (isPending(run) || isDone(run)) continue;
      if (run.spec.status) this.write(run, 'False', run.spec.status);
      else if (this.ends(run)) this.write(run, 'True', 'Succeeded');
      else this.write(run, 'Unknown', 'Running');
    }
  }

  private write(
    { metadata: { namespace, name, uid, creationTimestamp }, status }: Run,
    succeeded: string,
    reason: string,
  ): void {
    if (this.written.get(uid) === reason) return;
    this.written.set(uid, reason);
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const conditions = [{ type: 'Succeeded', status: succeeded, reason, message: reason, lastTransitionTime: now }];
    const times = {
      startTime: status?.startTime ?? creationTimestamp,
      ...(succeeded !== 'Unknown' && { completionTime: now }),
    };
    const body = { metadata: { uid }, status: { conditions, ...times } };
    this.api.patch(RUNS, namespace, name, body, { subresource: 'status' }).catch(() => this.written.delete(uid));
  }
}
