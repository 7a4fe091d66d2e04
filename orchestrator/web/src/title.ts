import { useEffect } from 'preact/hooks';

/** Names the view in the tab of the browser. */
export const useTitle = (title: string): void =>
  useEffect(() => {
    document.title = `${title} · tekton-dag`;
  }, [title]);
