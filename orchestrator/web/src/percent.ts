/** `12 %`; empty where there is nothing to count. */
export const percent = ({ count, failed }: { readonly count: number; readonly failed: number }): string =>
  count === 0 ? '' : `${Math.round((100 * failed) / count)} %`;
