import type { SourceFile } from './document';

/**
 * Reads a file once as long as its text is the same, whoever asks. Of each file the last is kept, so what is read must be a function
 * of name and text, and nobody may change it.
 */
export function perText<Read>(read: (source: SourceFile) => Read): (source: SourceFile) => Read {
  const last = new Map<string, { readonly text: string; readonly read: Read }>();
  return (source) => {
    const known = last.get(source.file);
    if (known?.text === source.text) return known.read;
    const fresh = { text: source.text, read: read(source) };
    last.set(source.file, fresh);
    return fresh.read;
  };
}
