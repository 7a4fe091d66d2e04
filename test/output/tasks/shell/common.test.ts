import { readFileSync } from 'node:fs';
import { SCRIPTS, Workshop } from '../support/run-script';

describe('attempt', () => {
  let shop: Workshop;
  beforeEach(() => (shop = new Workshop()));
  afterEach(() => shop.remove());

  /** Runs a command by it; gives how it ended and for how many seconds it waited in between. */
  const attempt = (command: string) => {
    shop.program('sleep', `#!/bin/sh\necho "$1" >>"${shop.file('slept', '')}"\n`);
    const script = shop.file('script.sh', `set -eu\n. "${SCRIPTS}/shell/common.sh"\nattempt ${command}\n`);
    const { code } = shop.run(script, { ATTEMPT_PAUSE_MAX: '' });
    const pauses = readFileSync(shop.path('slept'), 'utf8').split('\n').filter(Boolean).map(Number);
    return { code, waited: pauses.reduce((sum, pause) => sum + pause, 0) };
  };

  it('waits for nothing when all is well', () => {
    expect(attempt('true')).toEqual({ code: 0, waited: 0 });
  });

  it('outlasts a server that is away for 20 s, and gives up within a minute', () => {
    const { code, waited } = attempt('false');
    expect(code).toBe(1);
    expect(waited).toBeGreaterThan(20);
    expect(waited).toBeLessThan(60);
  });
});
