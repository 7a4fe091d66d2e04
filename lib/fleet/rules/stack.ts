import type { Document } from '../document';
import { tidyPath } from '../../words/path';
import { list } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { amount } from '../../words/scalars';
import { checkGraph } from './graph';
import { listedTwice } from './listed-twice';
import { checkNames } from './names';
import { stackOutline } from '../stack-outline';
import type { StackFile } from '../stack';
import { VERSION_KEYS } from '../stack';

/** What the schema cannot see of one stack: apps beside each other. Speaks also where the schema has found faults. */
export function checkStack(document: Document): Problem[] {
  const outline = stackOutline(document);
  return [
    ...checkNames(document, outline),
    ...checkGraph(document, outline),
    ...outline.apps.flatMap(({ index }) => [
      ...scaledTwice(document, index),
      ...LISTS_OF_BUILD.flatMap((key) => listedTwice(document, ['apps', index, 'build', ...key])),
    ]),
  ];
}

const LISTS_OF_BUILD = [['inputs'], ['secrets', 'keys'], ['platforms']];

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
export function unusedStackFields(document: Document, stack: StackFile): Problem[] {
  const unused = (path: readonly (string | number)[], why: string): Problem[] =>
    document.get(path) === undefined ? [] : [document.warning(path, `not used: ${why}`)];
  const ports = stack.apps.every((app) => app['container-port'] !== undefined)
    ? unused(['defaults', 'container-port'], 'every app has its own container-port')
    : [];
  const apps = stack.apps.flatMap((app, index) => {
    const { tool } = app.build;
    const own = tool && VERSION_KEYS[tool];
    const versions = [...new Set(Object.values(VERSION_KEYS))].filter((key) => key !== own);
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
            `unit tests run in the toolchain of build.tool (${list(Object.keys(VERSION_KEYS))})`,
          )
        : []),
      ...(tool === undefined || app.tests.unit === undefined
        ? unused(['apps', index, 'tests', 'unit-reports'], 'this app has no unit tests (build.tool and tests.unit)')
        : []),
    ];
  });
  return [...ports, ...apps, ...hugeCpu(document, stack)];
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

const hugeCpu = (document: Document, { apps }: StackFile): Problem[] =>
  apps.flatMap(({ resources }, index) =>
    (['requests', 'limits'] as const).flatMap((kind) => {
      const cpu = resources?.[kind]?.cpu;
      if (cpu === undefined || amount(cpu) < CORES_MAX) return [];
      const path = ['apps', index, 'resources', kind, 'cpu'];
      return [document.warning(path, `${cpu} whole cores for one pod`, { suggestion: `${cpu}m` })];
    }),
  );
