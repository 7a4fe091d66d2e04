import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * S3's answer to `PUT` and `GET /<bucket>/<key>`, to the list of a bucket and to a form that is posted to `/<bucket>`, the bucket
 * named in the path, for one pair of keys: takes what is signed as S3 asks for it, and refuses all else in S3's words.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export class Bucket {
  /** By path, as it was sent. */
  readonly objects = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  /** Answers in place of its own to the next requests, in their order. */
  readonly next: { readonly status: number; readonly message: string; readonly location?: string }[] = [];

  constructor(
    readonly accessKey: string,
    private readonly secretKey: string,
    private readonly region: string,
    private readonly pageSize = 1000,
  ) {}

  readonly listener = (request: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = request.url ?? '';
      const bytes = Buffer.concat(parts);
      const planned = this.next.shift();
      if (planned)
        return void response
          .writeHead(planned.status, { ...(planned.location && { location: planned.location }) })
          .end(message(planned.message));
      if (request.method === 'POST') return void this.takeForm(request, bytes, response);
      const refused = this.refuses(request, bytes);
      if (refused) return void response.writeHead(403, { 'content-type': 'application/xml' }).end(message(refused));
      if (request.method === 'GET') return void this.give(path, response);
      this.objects.set(path, { type: request.headers['content-type'] ?? '', bytes });
      response.writeHead(200).end('<Taken/>');
    });
  };

  /** Puts an object there. @param path `/<bucket>/<key>`, not encoded */
  put(path: string, bytes: string | Buffer, type = 'application/octet-stream'): void {
    this.objects.set(path.split('/').map(encodeURIComponent).join('/'), { type, bytes: Buffer.from(bytes) });
  }

  private give(path: string, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(path, 'http://bucket');
    if (searchParams.get('list-type') === '2') return void response.end(this.list(pathname, searchParams));
    const found = this.objects.get(pathname);
    if (found === undefined) return void response.writeHead(404).end(message('The specified key does not exist.'));
    response.writeHead(200, { 'content-type': found.type, 'content-length': found.bytes.length }).end(found.bytes);
  }

  /** As S3 does with `encoding-type=url`, in pages of `pageSize`. */
  private list(bucket: string, asked: URLSearchParams): string {
    const [prefix, delimiter] = [asked.get('prefix') ?? '', asked.get('delimiter')];
    const keys = [...this.objects]
      .map(([path, { bytes }]) => ({ path: path.split('/').map(decodeURIComponent).join('/'), size: bytes.length }))
      .filter(({ path }) => path.startsWith(`${bucket}/${prefix}`))
      .map(({ path, size }) => ({ key: path.slice(bucket.length + 1), size }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const folderOf = (key: string): string | undefined => {
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      return end === -1 ? undefined : key.slice(0, end + 1);
    };
    const all = [
      ...keys
        .filter(({ key }) => folderOf(key) === undefined)
        .map(({ key, size }) => `<Contents><Key>${formEncoded(key)}</Key><Size>${size}</Size></Contents>`),
      ...[...new Set(keys.flatMap(({ key }) => folderOf(key) ?? []))].map(
        (folder) => `<CommonPrefixes><Prefix>${formEncoded(folder)}</Prefix></CommonPrefixes>`,
      ),
    ];
    const from = Number(asked.get('continuation-token') ?? 0);
    const next = from + this.pageSize;
    const more = next < all.length ? `<NextContinuationToken>${next}</NextContinuationToken>` : '';
    return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${more !== ''}</IsTruncated>${more}${all.slice(from, next).join('')}</ListBucketResult>`;
  }

  private async takeForm({ url = '', headers }: IncomingMessage, bytes: Buffer, response: ServerResponse) {
    const form = await new Response(new Uint8Array(bytes), {
      headers: { 'content-type': headers['content-type'] ?? '' },
    }).formData();
    const fields = new Map(
      [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
    );
    const file = form.get('file');
    const refused = file instanceof Blob ? this.refusesForm(url, fields) : 'POST requires exactly one file upload.';
    if (refused !== undefined) return void response.writeHead(403).end(message(refused));
    const key = (fields.get('key') ?? '').split('/').map(encodeURIComponent).join('/');
    const content = Buffer.from(await (file as Blob).arrayBuffer());
    this.objects.set(`${url}/${key}`, { type: fields.get('Content-Type') ?? '', bytes: content });
    response.writeHead(204).end();
  }

  private refusesForm(url: string, fields: ReadonlyMap<string, string>): string | undefined {
    const [key, ...scope] = (fields.get('x-amz-credential') ?? '').split('/');
    if (key !== this.accessKey) return 'The AWS Access Key Id you provided does not exist in our records.';
    const policy = fields.get('policy') ?? '';
    if (this.signature(scope[0] ?? '', policy) !== fields.get('x-amz-signature'))
      return 'The request signature we calculated does not match the signature you provided.';
    const { expiration, conditions } = JSON.parse(Buffer.from(policy, 'base64').toString()) as {
      expiration: string;
      conditions: readonly (readonly [string, string, string] | Readonly<Record<string, string>>)[];
    };
    if (Date.parse(expiration) < Date.now()) return 'Invalid according to Policy: Policy expired.';
    const given = new Map([...fields, ['bucket', url.slice(1)]]);
    const named = new Set(['policy', 'x-amz-signature', 'bucket']);
    for (const condition of conditions) {
      if (condition[0] === 'content-length-range') continue;
      const [name, holds] = Array.isArray(condition)
        ? [condition[1].slice(1), (value: string) => value.startsWith(condition[2])]
        : [Object.keys(condition)[0]!, (value: string) => value === Object.values(condition)[0]];
      named.add(name);
      if (!holds(given.get(name) ?? '')) return `Invalid according to Policy: Policy Condition failed: ${name}`;
    }
    const extra = [...fields.keys()].find((name) => !named.has(name));
    return extra === undefined ? undefined : `Invalid according to Policy: Extra input fields: ${extra}`;
  }

  private signature(day: string, toSign: string): string {
    const signing = [day, this.region, 's3', 'aws4_request'].reduce<string | Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${this.secretKey}`,
    );
    return createHmac('sha256', signing).update(toSign).digest('hex');
  }

  private refuses({ method = '', url = '', headers }: IncomingMessage, bytes: Buffer): string | undefined {
    const { pathname, searchParams } = new URL(url, 'http://bucket');
    if (method !== 'GET' && (method !== 'PUT' || url.includes('?'))) return 'MethodNotAllowed';
    const [, key, scope = '', names = '', signature] =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), ?SignedHeaders=(\S+), ?Signature=([0-9a-f]{64})$/.exec(
        headers.authorization ?? '',
      ) ?? [];
    if (key !== this.accessKey) return 'The AWS Access Key Id you provided does not exist in our records.';
    const [day = '', region, service, end] = scope.split('/');
    if (region !== this.region || service !== 's3' || end !== 'aws4_request')
      return `The authorization header is malformed; the region '${region}' is wrong; expecting '${this.region}'`;
    const given = String(headers['x-amz-content-sha256']);
    if (given !== 'UNSIGNED-PAYLOAD' && given !== createHash('sha256').update(bytes).digest('hex'))
      return 'The provided x-amz-content-sha256 header does not match what was computed.';
    if (!names.split(';').includes('host')) return 'The host is not signed.';
    const canonical = [
      method,
      pathname.split('/').map(encoded).join('/'),
      [...searchParams]
        .map(([name, value]) => `${encoded(encodeURIComponent(name))}=${encoded(encodeURIComponent(value))}`)
        .sort()
        .join('&'),
      ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
      '',
      names,
      given,
    ].join('\n');
    const toSign = [
      'AWS4-HMAC-SHA256',
      headers['x-amz-date'],
      scope,
      createHash('sha256').update(canonical).digest('hex'),
    ].join('\n');
    if (this.signature(day, toSign) !== signature)
      return 'The request signature we calculated does not match the signature you provided.';
    return undefined;
  }
}

const formEncoded = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/');

/** As S3 writes a path when it signs: all but letters, digits and -._~ is encoded, however it was sent. */
const encoded = (part: string): string =>
  encodeURIComponent(decodeURIComponent(part)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const message = (text: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>E</Code><Message>${text}</Message></Error>`;
