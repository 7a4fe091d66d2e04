/** A Tekton Results that tests fill and ask. */
export interface ResultsServer {
  readonly url: string;
  /** The certificate of its authority. */
  readonly caFile: string;
  /** Stores a run as its watcher does. @param stored when it did */
  put(run: StoredRun, stored: Date): Promise<void>;
  /** Takes its database away, without a word. */
  killDatabase(): Promise<void>;
  startDatabase(): Promise<void>;
  remove(): Promise<void>;
}

/** A PipelineRun as it is stored, with its Pipeline. */
export interface StoredRun {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
}

export const RUN_TYPE = 'tekton.dev/v1.PipelineRun';
