/** Labels that every node has. https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const LABELS = ['kubernetes.io/os', 'kubernetes.io/arch'] as const;

interface NodeChoice {
  /** What each of the nodes has. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Labels of which a node has one of several values. */
  readonly oneOf: readonly { readonly key: string; readonly operator: 'In'; readonly values: string[] }[];
}

/** The nodes that run an image for these platforms, such as `linux/arm64` and `linux/arm/v7`; for none, every node. */
export function nodesOf(platforms: readonly string[]): NodeChoice {
  const parts = platforms.map((platform) => platform.split('/'));
  const wanted = LABELS.map((key, index) => ({
    key,
    values: [...new Set(parts.flatMap((part) => part[index] ?? []))],
  }));
  return {
    nodeSelector: Object.fromEntries(
      wanted.flatMap(({ key, values }) => (values.length === 1 ? [[key, values[0]!]] : [])),
    ),
    oneOf: wanted.flatMap(({ key, values }) => (values.length > 1 ? [{ key, operator: 'In', values }] : [])),
  };
}
