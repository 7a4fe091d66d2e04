/** The version of this program. A test holds it to package.json, which a program of one file cannot read. */
export const OWN_VERSION = '0.1.0';
