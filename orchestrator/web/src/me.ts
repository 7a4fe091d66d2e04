import { useEffect, useState } from 'preact/hooks';
import type { Me } from './answers';
import { ask, get } from './api';

/** Who looks at the page, and what that person may do. The API decides; this only spares people what it would refuse. */

let asked: Promise<Me | undefined> | undefined;

/** @returns undefined until it is known, and for nobody in particular */
export function useMe(): Me | undefined {
  const [me, setMe] = useState<Me>();
  useEffect(() => {
    asked ??= get<Me>('/api/me').catch(() => undefined);
    void asked.then(setMe);
  }, []);
  return me;
}

/** Whether somebody who signed in may do this to the runs of a team. */
export const may = (me: Me | undefined, verb: Me['teams'][number]['may'][number], team: string): boolean =>
  me?.csrf !== undefined && me.teams.some((one) => one.name === team && one.may.includes(verb));

/** Asks for what changes something, as the session allows it to the page alone. @throws Refusal */
export const post = (me: Me | undefined, path: string, body?: object): Promise<Response> =>
  ask(path, {
    method: 'POST',
    headers: {
      'x-csrf-token': me?.csrf ?? '',
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
