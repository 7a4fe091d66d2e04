import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../http/problem';
import { isShown, sendFailurePage } from './failure-page';
import type { Redirect, SignIn } from './sign-in';

interface To {
  Querystring: { to?: string | string[] };
}

const PAGE = '/ui/';

/** `/auth`: how a person comes to a session, and how it ends. @param signIn undefined: nobody signs in here */
export function signInRoutes(app: FastifyInstance, signIn: SignIn | undefined): void {
  const configured = (): SignIn => {
    if (signIn === undefined)
      throw new HttpProblem('not_found', 'nobody signs in here: no provider is set up (SIGN_IN_ISSUER)');
    return signIn;
  };

  /** Tells a person what went wrong on the way, and where to begin anew; programs are told as everywhere. */
  const onTheWay = (again: (request: FastifyRequest) => Promise<string>) => ({
    async errorHandler(error: Error, request: FastifyRequest, reply: FastifyReply) {
      if (!(error instanceof HttpProblem) || !isShown(request)) throw error;
      return sendFailurePage(reply, error, request.id, await again(request));
    },
  });

  app.get<To>(
    '/auth/login',
    onTheWay(async ({ url }) => url),
    async ({ query: { to = PAGE } }, reply) => redirect(reply, await configured().begin(String(to))),
  );

  app.get(
    '/auth/callback',
    onTheWay(
      async ({ headers }) =>
        `/auth/login?${new URLSearchParams({ to: (await signIn?.cameFrom(headers.cookie)) ?? PAGE })}`,
    ),
    async (request, reply) => {
      const { finish, forget } = configured();
      // whatever comes of it, this sign-in is over
      void reply.header('set-cookie', forget);
      return redirect(reply, await finish(request.url, request.headers.cookie));
    },
  );

  app.post('/auth/logout', async (request, reply) => {
    const { authenticate, end } = configured();
    await authenticate(request);
    void reply.header('set-cookie', end);
    return { status: 'signed out' };
  });
}

const redirect = (reply: FastifyReply, { location, cookies }: Redirect): FastifyReply =>
  reply.header('set-cookie', cookies).redirect(location, 302);
