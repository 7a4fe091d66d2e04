import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { PodAnswer, PodRequest } from './github-pod';
import { suite } from './suite';

/** The suite's repositories by HTTP, as Git's own program serves them. Whoever pushes shows a token, any token. */

const PUSHES = 'git-receive-pack';

/** @param request for `/e2e/<name>.git/…` */
export function serveGit(request: PodRequest): Promise<PodAnswer> {
  const { pathname, searchParams } = new URL(request.path, 'http://git');
  const isPush = pathname.endsWith(`/${PUSHES}`) || searchParams.get('service') === PUSHES;
  if (isPush && request.headers.authorization === undefined)
    return Promise.resolve({
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="git"' },
      body: Buffer.from('a push needs a token\n'),
    });
  return run(request, pathname, searchParams);
}

/** https://git-scm.com/docs/git-http-backend, https://www.rfc-editor.org/rfc/rfc3875 */
async function run({ method, headers, body }: PodRequest, path: string, query: URLSearchParams): Promise<PodAnswer> {
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: join(suite().gitDir),
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: method,
      PATH_INFO: path,
      QUERY_STRING: query.toString(),
      CONTENT_TYPE: headers['content-type'],
      HTTP_CONTENT_ENCODING: headers['content-encoding'],
      GIT_PROTOCOL: headers['git-protocol'],
      REMOTE_USER: headers.authorization && 'somebody',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => undefined).end(body);
  const parts: Buffer[] = [];
  for await (const part of child.stdout) parts.push(part as Buffer);
  return answerOf(Buffer.concat(parts));
}

function answerOf(output: Buffer): PodAnswer {
  const end = output.indexOf('\r\n\r\n');
  const lines = output.subarray(0, end).toString().split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const { status = '200', ...rest } = headers;
  return { status: Number.parseInt(status, 10), headers: rest, body: output.subarray(end + 4) };
}
