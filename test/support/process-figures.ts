import { readFileSync, readdirSync } from 'node:fs';

/** What Linux tells of a process. https://docs.kernel.org/filesystems/proc.html */

/** Ticks of /proc/<pid>/stat in a second, on every Linux. */
const TICKS = 100;

/** Seconds of a core that it has used. */
export function coreSeconds(pid: number): number {
  // its name, in brackets, may hold anything
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Megabytes of memory that it has, and at most had. */
export function memoryOf(pid: number): { readonly now: number; readonly most: number } {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .map((line) => line.split(/:\s+/));
  const of = (name: string): number => parseInt(lines.find(([key]) => key === name)?.[1] ?? '', 10) / 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}

/** How many files and connections it has open. */
export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
