import { Action } from './action';
import { post, useMe } from './me';
import { fleetPath } from './paths';

/** Above every view: the way to all teams, and who looks. */
export function Header() {
  const me = useMe();
  const signOut = async (): Promise<void> => {
    await post(me, '/auth/logout');
    location.assign(fleetPath());
  };
  return (
    <header>
      <a href={fleetPath()}>tekton-dag</a>
      {me?.csrf !== undefined && (
        <span>
          <span>{me.name}</span> <Action label="Sign out" act={signOut} />
        </span>
      )}
    </header>
  );
}
