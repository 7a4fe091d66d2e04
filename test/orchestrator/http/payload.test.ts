import { parsePayload } from '../../../orchestrator/src/http/payload';
import { signedBy } from '../../../orchestrator/src/http/signature';
import { createHmac } from 'node:crypto';

/** A body is the same whole and in the pieces in which it arrived. */

const SECRET = { id: 'current', value: Buffer.from('sixteen characters') };
const pieces = (bytes: Buffer, at: number) => [bytes.subarray(0, at), bytes.subarray(at)];

describe.each([
  ['small', 10],
  ['large', 2 ** 20],
])('a %s one', (_, length) => {
  const value = { text: `${'x'.repeat(length)}€𝄞` };
  const bytes = Buffer.from(JSON.stringify(value));
  const cuts = Array.from({ length: 12 }, (_, back) => bytes.length - back);

  it.each(cuts)('cut at byte %d', (at) => expect(parsePayload(pieces(bytes, at), 'json')).toEqual(value));

  it('is signed by the same secret', () => {
    const signature = `sha256=${createHmac('sha256', SECRET.value).update(bytes).digest('hex')}`;
    for (const at of cuts) {
      expect(signedBy(pieces(bytes, at), signature, 'github', [SECRET])).toBe(SECRET);
      expect(signedBy([...pieces(bytes, at), Buffer.from(' ')], signature, 'github', [SECRET])).toBeUndefined();
    }
  });

  it('is refused where it ends within a character', () =>
    expect(() => parsePayload([bytes.subarray(0, -4)], 'json')).toThrow('the body is not UTF-8'));

  it('is refused with a byte order mark', () =>
    expect(() => parsePayload([Buffer.from('\ufeff'), bytes], 'json')).toThrow('The body is not JSON'));
});
