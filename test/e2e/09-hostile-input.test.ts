import { commit, publish } from './support/git';
import type { Outcome } from './support/run';
import { fails, finished, result, said, start, succeededRun, succeeds, task } from './support/run';
import { baseImage } from './support/suite';
import type { TestTeam } from './support/team';
import { APP_RESOURCES, writeTeam } from './support/team';
import { bringUp } from './support/team-up';

/** Story 9: names that are commands to a shell which reads them twice. A run works or is refused; nothing is executed. */

const ODD: TestTeam = { name: 'odd', namespace: 'team-odd', environment: 'odd-staging' };
const HERE = { team: ODD, stack: ODD.name };
/** Would become the message of a step, which one that succeeds does not have. */
const COMMAND = 'echo${IFS}hacked>$RESULT_MESSAGE';
const DIRECTORY = 'my app; echo hacked >"$RESULT_MESSAGE"';
const BRANCHES = [`$(${COMMAND});x`, `x";\`${COMMAND}\`;';${COMMAND};"|${COMMAND}&`];
const MESSAGE = `Fix "everything" and 'all'\n\n$(${COMMAND})\n; ${COMMAND}\n\`${COMMAND}\`\n`;

const files = (version: string) => ({
  [`${DIRECTORY}/Docker file`]: `FROM ${baseImage() ?? 'docker.io/library/node:22.14.0-bookworm'}\nCOPY . /app\nUSER 1000\nCMD ["node", "/app/server.js"]\n`,
  [`${DIRECTORY}/server.js`]: `require('node:http').createServer((_, response) => response.end('${version}')).listen(8080);\nprocess.on('SIGTERM', () => process.exit(0));\n`,
});
const pullRequest = (revision: string): readonly string[] => [
  'pr-test',
  '--app',
  'odd',
  '--pr',
  '9',
  '--revision',
  revision,
];
const messages = ({ tasks }: Outcome): readonly string[] =>
  [...tasks.values()].flatMap(
    (each) =>
      each.status?.steps?.flatMap(({ results = [] }) =>
        results.filter(({ name }) => name === 'MESSAGE').map(({ value }) => value),
      ) ?? [],
  );

beforeAll(async () => {
  await publish('odd', undefined, files('stable'));
  writeTeam(ODD, {
    [HERE.stack]: {
      apps: [
        {
          name: 'odd',
          repo: 'e2e/odd',
          'propagation-role': 'originator',
          resources: APP_RESOURCES,
          'context-dir': DIRECTORY,
          dockerfile: 'Docker file',
          env: { QUOTES: `'"\`$(${COMMAND})` },
        },
      ],
    },
  });
  await bringUp(ODD);
});

it('builds and deploys what lies in a directory with spaces', async () => {
  expect(messages(await succeeds(['bootstrap'], HERE))).toEqual([]);
});

it('tests a branch of 200 characters, with a commit message of quotes and newlines', async () => {
  const branch = `long/${'a'.repeat(195)}`;
  const revision = await commit('odd', branch, files('change'), { message: MESSAGE });
  const ended = await succeeds(pullRequest(branch), HERE);
  expect(result(task(ended, 'push-odd'), 'COMMIT')).toBe(revision);
  expect(messages(ended)).toEqual([]);
});

it.each(BRANCHES)('tests a branch whose name is a command: %s', async (branch) => {
  const revision = await commit('odd', branch, files('change'));
  // what the command line refuses, somebody could still create
  const created = {
    ...HERE,
    edit: (manifest: string) => manifest.replaceAll('BRANCH', () => `'${branch.replaceAll("'", "''")}'`),
  };
  const ended = await succeededRun(await finished(await start(pullRequest('BRANCH'), created)));
  expect(result(task(ended, 'push-odd'), 'COMMIT')).toBe(revision);
  expect(messages(ended)).toEqual([]);
});

it('names a branch that is not there, whatever it is called', async () => {
  const ended = await fails(pullRequest('x";exit;"'), HERE);
  expect(said(task(ended, 'build-odd'))).toMatch(/^git:\S+ has no revision 'x";exit;"': was the branch deleted/);
});

it.each([`$(${COMMAND});x`, 'two words', '-upload-pack=x', 'a\nb'])(
  'is refused on the command line, with a reason: %j',
  async (revision) => {
    await expect(start(pullRequest(revision), HERE)).rejects.toThrow(
      /revision: is malformed \(found .*; expected a commit, branch or tag/,
    );
  },
);
