import { LOG_BYTES } from '../../words/log-bytes';
import { print, tell } from '../terminal';
import { logLine } from './harmless';

/** Prints a log line by line, each once, however often it is read from its beginning. */
export class LogPrinter {
  private printed = 0;
  /** What came behind the last end of a line. */
  private rest = '';
  private bytes = 0;

  /** Whether no more of it is shown. */
  get isFull(): boolean {
    return this.bytes >= LOG_BYTES;
  }

  /** Prints the lines that were not there before. */
  async read(pieces: AsyncIterable<string>): Promise<void> {
    let seen = 0;
    this.rest = '';
    this.bytes = 0;
    for await (const piece of pieces) {
      this.bytes += Buffer.byteLength(piece);
      const lines = (this.rest + piece).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) {
        seen += 1;
        if (seen > this.printed) print(logLine(line));
      }
      this.printed = Math.max(this.printed, seen);
      // one that never ends would fill the memory
      if (this.isFull) break;
    }
  }

  /** Prints what is left, and says if that is not all. */
  end(): void {
    if (this.rest !== '') print(logLine(this.rest));
    if (this.isFull)
      tell(`the log is longer than ${LOG_BYTES / 2 ** 20} MiB, and is shown no further: kubectl logs shows its end`);
  }
}
