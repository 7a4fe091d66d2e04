import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import type { Stack } from './answers';
import { Action } from './action';
import { may, post, useMe } from './me';
import type { RunName } from './paths';
import { runPath } from './paths';

/** Asks for a bootstrap of a stack: of all of its apps, or of those that are chosen. */
export function Bootstrap({ stack: { team, name, apps } }: { readonly stack: Stack }) {
  const me = useMe();
  const { route } = useLocation();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  if (!may(me, 'create', team)) return null;
  const toggle = (app: string): void =>
    setChosen((before) => new Set(before.has(app) ? [...before].filter((one) => one !== app) : [...before, app]));
  const act = async (): Promise<void> => {
    const body = { team, stack: name, ...(chosen.size > 0 && { apps: [...chosen] }) };
    const run = (await (await post(me, '/api/bootstrap', body)).json()) as RunName;
    route(runPath(run));
  };
  return (
    <details>
      <summary>Bootstrap</summary>
      <fieldset>
        <legend>Apps: all, unless some are chosen</legend>
        {apps.map((app) => (
          <label key={app.name}>
            <input type="checkbox" checked={chosen.has(app.name)} onChange={() => toggle(app.name)} /> {app.name}
          </label>
        ))}
      </fieldset>
      <Action label={chosen.size === 0 ? 'Bootstrap all' : `Bootstrap ${chosen.size}`} act={act} />
    </details>
  );
}
