import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../../lib/cli/read-text';
import type { Problem } from '../../lib/words/problem';
import { InputError } from '../../lib/words/problem';
import { Folder } from './folder';

/** Bytes of files are text without a loss, or an error. */

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

const latin1 = (file: string, text: string): void => {
  folder.write(file, '');
  writeFileSync(join(folder.path, file), Buffer.from(text, 'latin1'));
};

function refused(bytes: Buffer): Problem {
  const path = join(folder.path, 'f.yaml');
  writeFileSync(path, bytes);
  try {
    readText(path, 'f.yaml');
  } catch (error) {
    if (error instanceof InputError) return error.problems[0]!;
  }
  throw new Error('it is read');
}

it.each<[string, Buffer, object]>([
  ['Latin-1', Buffer.from('name: a\ndescription: caf\xe9\n', 'latin1'), { line: 2, column: 17, found: 'byte 0xE9' }],
  ['Latin-1 in the last line', Buffer.from('a: b\xe9c', 'latin1'), { line: 1, column: 5 }],
  [
    'a character that is cut off',
    Buffer.from('a: é\nb: 👩').subarray(0, -1),
    { line: 2, column: 4, found: 'byte 0xF0' },
  ],
  [
    'a byte behind the character that stands for such bytes',
    Buffer.concat([Buffer.from('a: \ufffd'), Buffer.from([0x80])]),
    { line: 1, column: 5, found: 'byte 0x80' },
  ],
  ['UTF-16', Buffer.from('\ufeffname: a\n', 'utf16le'), { line: 1, column: 1, found: 'byte 0xFF' }],
])('refuses %s, at its place', (_, bytes, place) => {
  expect(refused(bytes)).toMatchObject({ file: 'f.yaml', message: 'is not UTF-8', ...place });
});

it('reads text of any language', () => {
  const text = '\ufeffname: é 👩‍👩‍👧 עברית \ufffd\r\n';
  writeFileSync(join(folder.path, 'f.yaml'), text);
  expect(readText(join(folder.path, 'f.yaml'))).toBe(text);
});

it('is told by validate and by synth, whichever file it is', async () => {
  folder.fleet('a');
  latin1('stacks/a.yaml', `${folder.read('stacks/a.yaml')}description: caf\xe9\n`);
  const place = /stacks\/a\.yaml:\d+:17: is not UTF-8 \(found byte 0xE9; expected a file that is saved as UTF-8\)/;
  expect(await folder.run('validate', join(folder.path, 'stacks/a.yaml'))).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(place) as string,
  });
  expect(await folder.run('synth')).toMatchObject({ status: 1, stderr: expect.stringMatching(place) as string });
});

it('is told of what code says in TypeScript', async () => {
  folder.fleet('a');
  latin1('clusters/other.ts', "export default { name: 'caf\xe9' };\n");
  const { status, stderr } = await folder.run('synth');
  expect(stderr).toContain('clusters/other.ts:1:28: is not UTF-8');
  expect(status).toBe(1);
});
