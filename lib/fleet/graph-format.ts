/** What `graph` can write: two languages of pictures, a picture, a page with it, and data. */
export const GRAPH_FORMATS = ['mermaid', 'dot', 'svg', 'html', 'json'] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];
