/** How a browser is to take a file of a report, which code of the repository has written. */

const TEXT = 'text/plain; charset=utf-8';
/** What a browser shows, by the end of the name; all else is saved. */
const SHOWN: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  htm: 'text/html; charset=utf-8',
  json: 'application/json',
  ...Object.fromEntries(
    ['txt', 'log', 'xml', 'info', 'csv', 'md', 'css', 'js', 'ts', 'yaml', 'yml'].map((end) => [end, TEXT]),
  ),
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
};

/**
 * It runs no script, belongs to no origin, and loads nothing from anywhere: what it shows is in the file itself.
 * https://www.w3.org/TR/CSP3/#directive-sandbox
 */
const POLICY = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** @param path of the file */
export function reportHeaders(path: string): Readonly<Record<string, string>> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const end = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  const type = Object.hasOwn(SHOWN, end) ? SHOWN[end] : undefined;
  return {
    'content-type': type ?? 'application/octet-stream',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    // without a name of its own it is saved under the last part of its address
    ...(type === undefined && { 'content-disposition': 'attachment' }),
  };
}
