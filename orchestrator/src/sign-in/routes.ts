import type { FastifyInstance, FastifyReply } from 'fastify';
import { HttpProblem } from '../http/problem';
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

  app.get<To>('/auth/login', async ({ query: { to = PAGE } }, reply) =>
    redirect(reply, await configured().begin(String(to))),
  );

  app.get('/auth/callback', async (request, reply) =>
    redirect(reply, await configured().finish(request.url, request.headers.cookie)),
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
