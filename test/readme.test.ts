import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { inProcess } from './support/cli';

/** What README.md tells a newcomer to type works as it stands there. */

const ROOT = join(__dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] as string,
  );

const commands = blocks('sh')
  .flatMap((block) => block.split('\n'))
  .map((line) => (line.split(/ [|#] ?/)[0] as string).trim())
  .filter((line) => line.startsWith('npx tekton-dag '));

it('has commands to try', () => expect(commands.length).toBeGreaterThanOrEqual(2));

it.each(commands)('%s', async (command) => {
  const { status, stdout } = await inProcess(command.split(/\s+/).slice(2), ROOT);
  expect(status).toBe(0);
  expect(loadAll(stdout)).toEqual([expect.objectContaining({ kind: 'PipelineRun' })]);
});

it('says of every room what it holds', () => {
  const named = [...README.matchAll(/^\| `lib\/([^/`]+)\/` \|/gm)].map(([, room]) => room);
  const rooms = readdirSync(join(ROOT, 'lib'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(named.sort()).toEqual(rooms.map(({ name }) => name).sort());
});

it('shows a stack and a team that synthesize', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  try {
    const samples = [...blocks('yaml'), ...blocks('ts')];
    const files = samples.map((text) => ({
      file: /^(?:#|\/\/) (\S+)\n/.exec(text)?.[1] as string,
      text: text.replace("'../../lib'", `'${join(ROOT, 'lib')}'`),
    }));
    expect(files.map(({ file }) => file)).toEqual(['stacks/checkout.yaml', 'teams/payments/team.ts']);
    for (const { file, text } of files) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    expect(await inProcess(['synth'], folder)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^1 teams?, /),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
