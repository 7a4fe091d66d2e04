/**
 * The last day on which a version of a language gets fixes, as who makes it has published: of each toolchain of
 * TOOL_IMAGES, by the family and the version in its key. Renovate does not know these days; a new version brings its own.
 */

/** https://adoptium.net/support */
const JAVA: Readonly<Record<string, string>> = {
  8: '2030-12-31',
  11: '2027-10-31',
  17: '2027-10-31',
  21: '2029-12-31',
  25: '2031-09-30',
};

const SUPPORT_ENDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  /** https://github.com/nodejs/release#release-schedule */
  node: { 18: '2025-04-30', 20: '2026-04-30', 22: '2027-04-30', 24: '2028-04-30', 26: '2029-04-30' },
  maven: JAVA,
  gradle: JAVA,
  /** https://devguide.python.org/versions */
  python: {
    '3.9': '2025-10-31',
    '3.10': '2026-10-31',
    '3.11': '2027-10-31',
    '3.12': '2028-10-31',
    '3.13': '2029-10-31',
    '3.14': '2030-10-31',
  },
  /** https://www.php.net/supported-versions.php */
  php: { '8.1': '2025-12-31', '8.2': '2026-12-31', '8.3': '2027-12-31', '8.4': '2028-12-31', '8.5': '2029-12-31' },
};

/** The last day of support of the version in the key of a toolchain; undefined for other tools, and where it is not known. */
export function supportEnd(key: string): string | undefined {
  const [family = '', version = ''] = key.split('-');
  return SUPPORT_ENDS[family]?.[version];
}
