import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A program that logs, and what of it is on its output. */
const linesOf = (program: string): readonly string[] => {
  const { stdout } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '--eval', program], {
    encoding: 'utf8',
    cwd: join(__dirname, '../..'),
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly msg: string }).msg);
};
const LOG = `const log = require('./orchestrator/src/log.ts').createLog('info');`;

it.each<[string, string, readonly string[]]>([
  ['ends', `log.info('one'); log.info('two');`, ['one', 'two']],
  ['goes on, in their order', `log.info('one'); setTimeout(() => log.info('two'), 20);`, ['one', 'two']],
  ['exits at once', `log.info('one'); log.info('two'); process.exit();`, ['one', 'two']],
  ['fails', `log.info('one'); throw new Error('a bug');`, ['one']],
])('writes all lines of a process that %s', (_, program, lines) => expect(linesOf(`${LOG} ${program}`)).toEqual(lines));
