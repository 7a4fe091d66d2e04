import { Unreadable, countOf, readXml } from '../../../lib/runs/report/xml';

/** A page of the list of a bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#API_ListObjectsV2_ResponseSyntax */
export interface BucketPage {
  readonly keys: readonly { readonly key: string; readonly size: number }[];
  /** Each with a `/` at its end. */
  readonly prefixes: readonly string[];
  /** Undefined: it is the last. */
  readonly next?: string;
}

const ROOT = 'ListBucketResult';

/** @returns undefined for what is none */
export function readPage(xml: string): BucketPage | undefined {
  const fields: { readonly path: string; readonly text: string }[] = [];
  const open: string[] = [];
  let text = '';
  try {
    readXml([xml], {
      open(name) {
        open.push(name);
        text = '';
      },
      text: (part) => void (text += part),
      close() {
        fields.push({ path: open.join('/'), text });
        open.pop();
        text = '';
      },
    });
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
  if (fields.at(-1)?.path !== ROOT) return undefined;
  const all = (path: string): readonly string[] =>
    fields.filter((field) => field.path === `${ROOT}/${path}`).map((field) => field.text);
  const decoded = all('EncodingType')[0] === 'url' ? fromUrl : (name: string) => name;
  const sizes = all('Contents/Size');
  const isLast = all('IsTruncated')[0] !== 'true';
  return {
    keys: all('Contents/Key').map((key, index) => ({ key: decoded(key), size: countOf(sizes[index]) ?? 0 })),
    prefixes: all('CommonPrefixes/Prefix').map(decoded),
    ...(!isLast && { next: all('NextContinuationToken')[0] }),
  };
}

/** Names that are none stay as they are, and are found nowhere. */
function fromUrl(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
