import { useLocation } from 'preact-iso';
import type { Run } from './answers';
import { Action } from './action';
import { may, post, useMe } from './me';
import type { RunName } from './paths';
import { runApi, runPath } from './paths';
import { isOver } from './state';

/** What may be done to a run, by whoever may. */
export function RunActions({ run }: { readonly run: Run }) {
  const me = useMe();
  const { route } = useLocation();
  const rerun = async (): Promise<void> => {
    route(runPath((await (await post(me, runApi(run, '/rerun'))).json()) as RunName));
  };
  const cancel = async (): Promise<void> => void (await post(me, runApi(run, '/cancel')));
  return (
    <p class="actions">
      {isOver(run)
        ? may(me, 'create', run.team) && <Action label="Run again" act={rerun} />
        : may(me, 'patch', run.team) && <Action label="Cancel" confirm={`Cancel ${run.name}?`} act={cancel} />}
    </p>
  );
}
