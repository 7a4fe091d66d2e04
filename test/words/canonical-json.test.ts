import { createHash } from 'node:crypto';
import { canonicalJson } from '../../lib/words/canonical-json';

it('gives one text for equal values, whatever the order of their keys', () => {
  const a = { b: [{ y: 1, x: undefined }], a: { d: null, c: 'ü' } };
  const b = { a: { c: 'ü', d: null }, b: [{ y: 1 }] };
  expect(canonicalJson(a)).toBe('{"a":{"c":"ü","d":null},"b":[{"y":1}]}');
  expect(canonicalJson(b)).toBe(canonicalJson(a));
  expect(canonicalJson({ list: [1, 2] })).not.toBe(canonicalJson({ list: [2, 1] }));
});

it('keeps the hash that annotations of older runs hold', () => {
  const spec = {
    tasks: [{ name: 'build-web', params: [{ value: ['a', 'ü'], name: 'x' }], when: undefined }],
    description: '',
    params: [{ type: 'string', name: 'B' }, { name: 'a' }],
    finally: null,
  };
  expect(createHash('sha256').update(canonicalJson(spec)).digest('hex')).toBe(
    '72c41644fb0089ea7b78190d2111d56b155c7a6a94fe40445281c84cc833342a',
  );
});

it('refuses a value that contains itself', () => {
  const value: { self?: unknown } = {};
  value.self = value;
  expect(() => canonicalJson(value)).toThrow();
});
