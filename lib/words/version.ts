/** Versions as Tekton counts them: major, minor and, where it is said, patch. */

/** `1.15.0` as `[1, 15]` */
const numbers = (version: string): readonly [number, number] => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return [major, minor];
};

/** By major and minor: `0.68` is older than `1.0`, and `1.9` than `1.10`. */
export function isOlder(version: string, than: string): boolean {
  const [[major, minor], [wanted, least]] = [numbers(version), numbers(than)];
  return major === wanted ? minor < least : major < wanted;
}

/** For sorting: negative where `a` was released before `b`, by the patch, too. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at === -1 ? 0 : left[at]! - (right[at] ?? 0);
}
