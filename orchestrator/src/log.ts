import pino from 'pino';

/** A log of JSON lines on stdout. Fields that could hold a secret are never written. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

const SECRETS = [
  'authorization',
  'x-hub-signature',
  'x-hub-signature-256',
  'x-gitea-signature',
  'token',
  'secret',
  'privateKey',
];

/** Creates a log that writes in batches, so that a full disk or a slow reader never delays an answer. */
export function createLog(level: string): pino.Logger {
  // no wildcards: they look at every field of every line, which would be a twentieth of the time of a delivery
  const redact = SECRETS.flatMap((name) => [`["${name}"]`, `headers["${name}"]`]);
  return pino({ level, redact, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, inBatches());
}

/** Writes the lines of one turn of the event loop together: each write takes time of its own. */
function inBatches(): pino.DestinationStream {
  const output = pino.destination({ dest: 1, sync: false });
  let lines = '';
  const flush = (): void => {
    if (lines !== '') output.write(lines);
    lines = '';
  };
  process.once('exit', () => {
    flush();
    output.flushSync();
  });
  return {
    write(line) {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
  };
}
