/** Hears from the orchestrator in which namespaces runs change. One stream serves the whole page. */

type Listener = (namespace: string | undefined) => void;

const listeners = new Set<Listener>();
let stream: EventSource | undefined;

/** @param listener called with the namespace; with undefined where changes may have been missed @returns stops it */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  stream ??= open();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stream?.close();
    stream = undefined;
  };
}

function open(): EventSource {
  const source = new EventSource('/api/changes');
  let wasOpen = false;
  source.addEventListener('change', ({ data }: MessageEvent<string>) => {
    const { namespace } = JSON.parse(data) as { readonly namespace: string };
    listeners.forEach((listener) => listener(namespace));
  });
  source.addEventListener('open', () => {
    if (wasOpen) listeners.forEach((listener) => listener(undefined));
    wasOpen = true;
  });
  return source;
}
