import { allTasks } from '../../output/tasks/support/tasks';
import { cell, code, page, sentence, table } from './markdown';

interface Declared {
  readonly name: string;
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
}
interface TaskSpec {
  readonly description?: string;
  readonly params?: readonly Declared[];
  readonly results?: readonly Declared[];
}

/** The Task catalogue, as it renders for a team that uses all of it. */
export function tasksPage(): string {
  const tasks = [...allTasks({}, 'make test')].sort(([a], [b]) => (a < b ? -1 : 1));
  return page(
    'Tasks',
    'Every Task of the catalogue, with its params and results. Tasks with a language in their name exist only for teams that use the language.',
    ...tasks.map(([name, { spec }]) => part(name, spec as TaskSpec)),
  );
}

const part = (name: string, { description = '', params = [], results = [] }: TaskSpec): readonly string[] => [
  '',
  `## ${name}`,
  '',
  sentence(cell(description)),
  ...table(
    ['Param', 'Type', 'Default', 'Meaning'],
    params.map((param) => [
      code(param.name),
      param.type ?? 'string',
      param.default === undefined ? 'required' : emptyOr(param.default),
      cell(param.description ?? ''),
    ]),
  ),
  ...table(
    ['Result', 'Meaning'],
    results.map((result) => [code(result.name), cell(result.description ?? '')]),
  ),
];

const emptyOr = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' ? 'empty' : code(text);
};
