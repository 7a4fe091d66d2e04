/** Hears from the orchestrator in which namespaces runs change. One stream serves the whole page. */

type Listener = (namespace: string | undefined) => void;

const PAUSE_MS = { first: 1_000, last: 30_000 } as const;

const listeners = new Set<Listener>();
let stream: EventSource | undefined;
let reopening: number | undefined;
let failures = 0;

/** @param listener called with the namespace; with undefined where changes may have been missed @returns stops it */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  if (stream === undefined && reopening === undefined) open();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stream?.close();
    stream = undefined;
    clearTimeout(reopening);
    reopening = undefined;
  };
}

function open(): void {
  reopening = undefined;
  const source = new EventSource('/api/changes');
  stream = source;
  let mayHaveMissed = failures > 0;
  source.addEventListener('change', ({ data }: MessageEvent<string>) => {
    const { namespace } = JSON.parse(data) as { readonly namespace: string };
    listeners.forEach((listener) => listener(namespace));
  });
  source.addEventListener('open', () => {
    failures = 0;
    if (mayHaveMissed) listeners.forEach((listener) => listener(undefined));
    mayHaveMissed = true;
  });
  source.addEventListener('error', () => {
    // a connection that breaks is opened again by the browser, but not one that was answered with an error
    if (source.readyState !== EventSource.CLOSED || stream !== source) return;
    stream = undefined;
    const pause = Math.min(PAUSE_MS.first * 2 ** failures, PAUSE_MS.last);
    failures += 1;
    reopening = window.setTimeout(open, pause * (0.5 + Math.random()));
  });
}
