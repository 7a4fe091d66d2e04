import type { KubeApi } from '../../../../lib/kube/api';
import { listWatch } from '../../../../orchestrator/src/kube/list-watch';
import type { Store } from '../../../../orchestrator/src/kube/list-watch';
import { RUNS, isDone, isPending } from '../../../../orchestrator/src/queue/objects';
import type { Run } from '../../../../orchestrator/src/queue/objects';

/** In Tekton's place: writes the status of runs and nothing else. A run goes on until `ends` says that it is over. */
export class Tekton {
  private readonly stores: readonly Store<Run>[];
  private readonly written = new Map<string, string>();
  /** UIDs of runs whose status is being written: of two writes at once the earlier may come last. */
  private readonly writing = new Set<string>();

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
      if (isPending(run) || isDone(run) || this.writing.has(run.metadata.uid)) continue;
      if (run.spec.status) this.write(store, run, 'False', run.spec.status);
      else if (this.ends(run)) this.write(store, run, 'True', 'Succeeded');
      else this.write(store, run, 'Unknown', 'Running');
    }
  }

  private write(
    store: Store<Run>,
    { metadata: { namespace, name, uid, creationTimestamp }, status }: Run,
    succeeded: string,
    reason: string,
  ): void {
    if (this.written.get(uid) === reason) return;
    this.written.set(uid, reason);
    this.writing.add(uid);
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const conditions = [{ type: 'Succeeded', status: succeeded, reason, message: reason, lastTransitionTime: now }];
    const times = {
      startTime: status?.startTime ?? creationTimestamp,
      ...(succeeded !== 'Unknown' && { completionTime: now }),
    };
    const body = { metadata: { uid }, status: { conditions, ...times } };
    const done = (): void => void this.writing.delete(uid);
    void this.api.patch(RUNS, namespace, name, body, { subresource: 'status' }).then(
      () => {
        done();
        // what has changed meanwhile
        this.look(store);
      },
      () => {
        done();
        this.written.delete(uid);
      },
    );
  }
}
