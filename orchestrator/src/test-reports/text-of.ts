import type { Readable } from 'node:stream';
import { ReportsUnavailable } from './report-store';

/** What a kept file holds, and no more of it than little more than so many bytes. @throws ReportsUnavailable */
export async function textOf(content: Readable, bytesMax: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of content as AsyncIterable<Buffer>) {
      bytes += part.length;
      parts.push(part);
      if (bytes > bytesMax) break;
    }
  } catch (error) {
    throw new ReportsUnavailable(`a file of the reports ends early: ${(error as Error).message}`);
  }
  return Buffer.concat(parts).toString();
}
