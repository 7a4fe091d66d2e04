import { z } from 'zod';
import type { DialectName } from '../../../lib/runs/events/delivery';
import type { Account } from '../../../lib/runs/events/event';

/** A call about one repository. @throws what has `status`, if the host refuses it */
type Ask = (route: string, parameters?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** GitHub calls `maintain` `write` here, `triage` `read`, and a role of an organisation by the role that it is based on. */
const permission = z.object({ permission: z.string(), user: z.object({ id: z.number().optional() }).nullish() });
const teams = z.array(
  z.object({ id: z.number(), permission: z.string(), units_map: z.record(z.string(), z.string()).nullish() }),
);
const MAY_PUSH = ['owner', 'admin', 'maintain', 'write'];
const REPOSITORY = 'GET /repos/{owner}/{repo}';
const COLLABORATOR = `${REPOSITORY}/collaborators/{username}`;

/**
 * Whether an account may push to a repository: the account of that number, where it has one.
 * https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 * @throws where the host does not say it
 */
export async function mayPush(ask: Ask, dialect: DialectName, { login, id }: Account): Promise<boolean> {
  const username = { username: login };
  const answer = await unlessAbsent(ask(`${COLLABORATOR}/permission`, username));
  if (answer === undefined) {
    // an account that is nobody's, such as that of an App, may push nowhere; but who does not see the repository sees nobody's
    await ask(REPOSITORY);
    return false;
  }
  const said = permission.parse(answer.is);
  if (id !== undefined && said.user?.id !== undefined && said.user.id !== id) return false;
  if (dialect === 'github' || !['read', 'write'].includes(said.permission)) return MAY_PUSH.includes(said.permission);
  const isCollaborator = said.permission === 'write' && (await unlessAbsent(ask(COLLABORATOR, username))) !== undefined;
  return isCollaborator || (await isInTeamThatPushes(ask, login));
}

/**
 * Gitea says `read` of whoever may push as a member of a team, and may say `write` of whoever writes issues alone: it tells what
 * a team may do in each unit with the team. https://docs.gitea.com/usage/permissions
 */
async function isInTeamThatPushes(ask: Ask, login: string): Promise<boolean> {
  const found = await unlessAbsent(ask(`${REPOSITORY}/teams`), NO_ORGANISATION);
  const pushing = teams
    .parse(found?.is ?? [])
    .filter((team) => MAY_PUSH.includes(team.units_map?.['repo.code'] ?? team.permission));
  const answers = await Promise.all(
    pushing.map(async ({ id }) => {
      const isIn =
        (await unlessAbsent(ask('GET /teams/{id}/members/{username}', { id, username: login }))) !== undefined;
      // who does not see the team sees nobody in it
      if (!isIn) await ask('GET /teams/{id}', { id });
      return isIn;
    }),
  );
  return answers.includes(true);
}

const NOT_FOUND = 404;
/** What Gitea says of the teams of a repository that a person owns. */
const NO_ORGANISATION = 405;

/** An answer, or undefined if the host says that there is none. */
async function unlessAbsent(
  answer: Promise<unknown>,
  absent = NOT_FOUND,
): Promise<{ readonly is: unknown } | undefined> {
  try {
    return { is: await answer };
  } catch (error) {
    if ((error as { readonly status?: number }).status !== absent) throw error;
    return undefined;
  }
}
