import type { Document, Path } from '../document';
import { COMBINATION_VARIABLES, shardsOf } from '../matrix';
import type { KindOfTests } from '../../words/names';
import { KINDS_OF_TESTS, TEST_KINDS } from '../../words/names';
import { tidyPath } from '../../words/path';
import { knownHint } from '../../words/nearest';
import { list, show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { amount } from '../../words/scalars';
import { checkGraph } from './graph';
import { checkMatrices } from './matrix';
import { listedTwice } from './listed-twice';
import { UNKNOWN_TOOL, ownName } from '../own-toolchains';
import { checkNames } from './names';
import { stackOutline } from '../stack-outline';
import type { StackFile } from '../stack';
import type { Toolchain } from '../toolchains';
import { VERSION_KEYS, toolchainNamed } from '../toolchains';

/** What the schema cannot see of one stack: apps beside each other. Speaks also where the schema has found faults. */
export function checkStack(document: Document, toolchains: readonly Toolchain[]): Problem[] {
  const outline = stackOutline(document);
  return [
    ...checkNames(document, outline),
    ...checkGraph(document, outline),
    ...outline.apps.flatMap(({ index }) => [
      ...scaledTwice(document, index),
      ...unknownTool(document, index, toolchains),
      ...checkMatrices(document, index, toolchainNamed(toolchains, document.get(['apps', index, 'build', 'tool']))),
      ...LISTS_OF_BUILD.flatMap((key) => listedTwice(document, ['apps', index, 'build', ...key])),
    ]),
  ];
}

const LISTS_OF_BUILD = [['inputs'], ['secrets', 'keys'], ['platforms']];

/** The schema speaks of what no toolchain could be called. */
function unknownTool(document: Document, index: number, toolchains: readonly Toolchain[]): Problem[] {
  const path = ['apps', index, 'build', 'tool'];
  const tool = document.get(path);
  if (!ownName.safeParse(tool).success || toolchainNamed(toolchains, tool) !== undefined) return [];
  const names = toolchains.map(({ name }) => name);
  return [
    document.error(path, UNKNOWN_TOOL, {
      found: show(tool),
      ...knownHint(String(tool), names),
    }),
  ];
}

/** Each release would undo what the autoscaler did. */
function scaledTwice(document: Document, index: number): Problem[] {
  const [replicas, autoscaling] = ['replicas', 'autoscaling'].map((key) => document.get(['apps', index, key]));
  return replicas === undefined || autoscaling === undefined
    ? []
    : [
        document.keyError(
          ['apps', index, 'replicas'],
          'autoscaling sets the replicas of this app: remove one of the two keys',
        ),
      ];
}

/** Fields of a stack that nothing will read. */
export function unusedStackFields(document: Document, stack: StackFile, toolchains: readonly Toolchain[]): Problem[] {
  const unused = (path: readonly (string | number)[], why: string): Problem[] =>
    document.get(path) === undefined ? [] : [document.warning(path, `not used: ${why}`)];
  const ports = stack.apps.every((app) => app['container-port'] !== undefined)
    ? unused(['defaults', 'container-port'], 'every app has its own container-port')
    : [];
  const apps = stack.apps.flatMap((app, index) => {
    const { tool } = app.build;
    const own = toolchainNamed(toolchains, tool)?.versionKey;
    // nobody knows by which key an unknown one is asked
    const versions = tool !== undefined && own === undefined ? [] : VERSION_KEYS.filter((key) => key !== own);
    const compiled = tool === undefined ? ['build-command', 'pre-command', 'env', 'legacy'] : [];
    const noTool = 'without build.tool the Dockerfile compiles by itself';
    const inputs = app.build.inputs;
    return [
      ...(inputs !== undefined && tidyPath(app['context-dir']) === '.'
        ? unused(
            ['apps', index, 'build', 'inputs'],
            'context-dir is the whole repository, and the build reads all of it',
          )
        : []),
      ...inputsInside(document, index, app),
      ...versions.flatMap((key) =>
        unused(
          ['apps', index, 'build', key],
          own === undefined ? noTool : `${tool} is asked for its version by ${own}`,
        ),
      ),
      ...compiled.flatMap((key) => unused(['apps', index, 'build', key], noTool)),
      ...(tool === undefined
        ? unused(
            ['apps', index, 'tests', 'unit'],
            `unit tests run in the toolchain of build.tool (${list(toolchains.map(({ name }) => name))})`,
          )
        : []),
      ...(tool === undefined || app.tests.unit === undefined
        ? unused(['apps', index, 'tests', 'unit-reports'], NO_UNIT_TESTS)
        : []),
      ...(TEST_KINDS.some((kind) => app.tests[kind] !== undefined)
        ? []
        : ['timeout-minutes', 'resources'].flatMap((key) =>
            unused(
              ['apps', index, 'tests', key],
              `this app has no tests against previews (${list(TEST_KINDS)}); unit tests are a part of the build`,
            ),
          )),
      ...unusedMatrices(document, index, app),
    ];
  });
  return [...ports, ...apps, ...hugeCpu(document, stack)];
}

const NO_UNIT_TESTS = 'this app has no unit tests (build.tool and tests.unit)';

/** Ways in which no tests run, and shards that nothing says are divided. */
function unusedMatrices(document: Document, index: number, { build, tests }: StackFile['apps'][number]): Problem[] {
  const unused = (keys: Path, why: string): Problem[] => {
    const path = ['apps', index, 'tests', ...keys];
    return document.get(path) === undefined ? [] : [document.warning(path, `not used: ${why}`)];
  };
  const runs = (kind: KindOfTests): boolean =>
    tests[kind] !== undefined && (kind !== 'unit' || build.tool !== undefined);
  const isAny = KINDS_OF_TESTS.some((kind) => runs(kind) && (tests.matrix?.[kind] ?? shardsOf(tests, kind)));
  const { unit: command = '' } = tests;
  const isDivided = Object.values(COMBINATION_VARIABLES).some((name) => command.includes(name));
  return [
    ...KINDS_OF_TESTS.filter((kind) => !runs(kind)).flatMap((kind) =>
      ['matrix', 'shards'].flatMap((key) =>
        unused([key, kind], kind === 'unit' ? NO_UNIT_TESTS : `this app has no ${kind} tests (tests.${kind})`),
      ),
    ),
    ...(isAny ? [] : unused(['max-parallel'], 'no tests of this app have a matrix or shards')),
    ...(runs('unit') && tests.shards?.unit !== undefined && !isDivided
      ? [
          document.warning(
            ['apps', index, 'tests', 'shards', 'unit'],
            'each shard runs all unit tests, unless a script that tests.unit calls reads SHARD_INDEX and SHARD_TOTAL',
          ),
        ]
      : []),
  ];
}

/** A build reads its folder whole, and each input whole. */
function inputsInside(document: Document, index: number, app: StackFile['apps'][number]): Problem[] {
  const folder = tidyPath(app['context-dir']);
  const inputs = (app.build.inputs ?? []).map(tidyPath);
  if (folder === '.') return [];
  return inputs.flatMap((input, at) => {
    const path = ['apps', index, 'build', 'inputs', at];
    if (isInside(input, folder))
      return [document.warning(path, `not used: context-dir is ${folder}, which the build reads whole`)];
    const around = inputs.find((other) => other !== input && isInside(input, other));
    return around === undefined
      ? []
      : [document.warning(path, `not used: ${around} holds it, which the build reads whole`)];
  });
}

const isInside = (path: string, folder: string): boolean =>
  folder === '.' || path === folder || path.startsWith(`${folder}/`);

/** More cores than one pod is given anywhere: somebody counted in thousandths. */
const CORES_MAX = 100;

const RESOURCES = [['resources'], ['build', 'resources'], ['tests', 'resources']];

const hugeCpu = (document: Document, { apps }: StackFile): Problem[] =>
  apps.flatMap((_, index) =>
    RESOURCES.flatMap((keys) =>
      ['requests', 'limits'].flatMap((kind) => {
        const path = ['apps', index, ...keys, kind, 'cpu'];
        const cpu = document.get(path);
        if (cpu === undefined || amount(String(cpu)) < CORES_MAX) return [];
        return [document.warning(path, `${String(cpu)} whole cores for one pod`, { suggestion: `${String(cpu)}m` })];
      }),
    ),
  );
