import { EXIT, print, tell } from '../terminal';
import type { ExitCode } from '../terminal';
import { InputError } from '../../words/problem';
import type { Api, ApiOptions } from './api';
import { Refusal, connectToApi } from './api';
import { madeAnswer } from './answers';
import { oneLine } from './harmless';
import { orMeant, runPath } from './named';

export interface AgainOptions extends ApiOptions {
  readonly allowChanges?: true;
}

/** `run --from RUN`: asks for a run once more, as it was. @throws InputError with all that has changed since, unless that is allowed */
export async function again(name: string, options: AgainOptions): Promise<ExitCode> {
  const api = connectToApi(options);
  const made = oneLine(await orMeant(api, name, asked(api, name, options)));
  print(`runrequest/${made} created`);
  tell(`npx tekton-dag report ${made} --wait --against ${name} shows its outcome, and the differences`);
  return EXIT.done;
}

async function asked(api: Api, name: string, { allowChanges }: AgainOptions): Promise<string> {
  const path = (more?: object): string => runPath(name, '/rerun', { exact: 'true', ...more });
  try {
    return (await api.post(path(), madeAnswer)).value.name;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'changed_since') throw error;
    if (!allowChanges) throw refused(name, error);
    for (const { message } of error.errors) tell(oneLine(`warning: ${name}: ${message}`));
    return (await api.post(path({ allowChanges: 'true' }), madeAnswer)).value.name;
  }
}

const refused = (name: string, { errors }: Refusal): InputError =>
  new InputError(
    errors.map(({ path, message }) => ({
      file: name,
      path,
      message,
      expected: 'the same as then, or --allow-changes: then it tests something else, too',
      severity: 'error',
    })),
  );
