import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * S3's answer to `PUT /<bucket>/<key>`, the bucket named in the path, for one pair of keys: takes what is signed as S3 asks
 * for it, and refuses all else in S3's words.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
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
      const refused = this.refuses(request, bytes);
      if (refused) return void response.writeHead(403, { 'content-type': 'application/xml' }).end(message(refused));
      this.objects.set(path, { type: request.headers['content-type'] ?? '', bytes });
      response.writeHead(200).end('<Taken/>');
    });
  };

  private refuses({ method = '', url = '', headers }: IncomingMessage, bytes: Buffer): string | undefined {
    if (method !== 'PUT' || url.includes('?')) return 'MethodNotAllowed';
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
      url.split('/').map(encoded).join('/'),
      '',
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
    const signing = [day, this.region, 's3', 'aws4_request'].reduce<string | Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${this.secretKey}`,
    );
    if (createHmac('sha256', signing).update(toSign).digest('hex') !== signature)
      return 'The request signature we calculated does not match the signature you provided.';
    return undefined;
  }
}

/** As S3 writes a path when it signs: all but letters, digits and -._~ is encoded, however it was sent. */
const encoded = (part: string): string =>
  encodeURIComponent(decodeURIComponent(part)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const message = (text: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>E</Code><Message>${text}</Message></Error>`;
