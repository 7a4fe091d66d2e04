import { createServer } from '../../../orchestrator/src/http/server';
import { silent } from '../support';

describe('a server that is told to end', () => {
  const answer = async (closing: boolean) => {
    const app = createServer(silent, { draining: true, closing });
    app.get('/here', () => ({ status: 'ok' }));
    const { statusCode, headers } = await app.inject('/here');
    return [statusCode, headers.connection, headers['retry-after']];
  };

  it('still answers those who have not noticed, and lets go of their connections', async () =>
    expect(await answer(false)).toEqual([200, 'close', undefined]));

  it('tells those who come later still to come again', async () =>
    expect(await answer(true)).toEqual([503, 'close', '10']));
});
