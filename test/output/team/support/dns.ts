import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';

/** A name server that knows the names in `records` (A or AAAA) and denies all others, as CoreDNS does for Services. */
export interface Dns {
  readonly port: number;
  readonly records: Map<string, string>;
  /** Names asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function startDns(): Promise<Dns> {
  const socket = createSocket('udp4');
  const records = new Map<string, string>();
  const asked: string[] = [];
  socket.on('message', (query, peer) => {
    const name = nameOf(query);
    asked.push(name);
    socket.send(answer(query, name, records.get(name)), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  return { port, records, asked, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}

const HEADER = 12;

function nameOf(query: Buffer): string {
  const labels: string[] = [];
  for (let at = HEADER; query.readUInt8(at) > 0; at += 1 + query.readUInt8(at))
    labels.push(query.toString('latin1', at + 1, at + 1 + query.readUInt8(at)));
  return labels.join('.').toLowerCase();
}

/** RFC 1035: the question again, then one record, nothing (a name without that type) or NXDOMAIN. */
function answer(query: Buffer, name: string, address: string | undefined): Buffer {
  const end = HEADER + name.length + 2 + 4;
  const type = address !== undefined && isIPv6(address) ? 28 : 1;
  const found = address !== undefined && query.readUInt16BE(end - 4) === type;
  const head = Buffer.alloc(HEADER);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(address === undefined ? 0x8583 : 0x8580, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(found ? 1 : 0, 6);
  const record = Buffer.concat([
    Buffer.from([0xc0, HEADER, 0, type, 0, 1, 0, 0, 0, 1, 0, type === 1 ? 4 : 16]),
    type === 1
      ? Buffer.from((address ?? '0.0.0.0').split('.').map(Number))
      : Buffer.from(`0`.repeat(31) + (address ?? '').slice(2), 'hex'),
  ]);
  return Buffer.concat([head, query.subarray(HEADER, end), ...(found ? [record] : [])]);
}
