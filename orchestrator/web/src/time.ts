/** Times for people. */

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** How long something takes or took; undefined if it has not begun. @param now ends what goes on */
export const taken = (
  startedAt: string | undefined,
  finishedAt: string | undefined,
  now: number,
): string | undefined =>
  startedAt === undefined
    ? undefined
    : duration((finishedAt === undefined ? now : Date.parse(finishedAt)) - Date.parse(startedAt));

/** `2026-05-10 11:58:48`, where the browser is. */
export const moment = (time: string): string => new Date(time).toLocaleString('sv-SE');

/** `2026-05-10`, in UTC: the API counts by these days. */
export const day = (time: string): string => time.slice(0, '2026-05-10'.length);
