import { useEffect, useState } from 'preact/hooks';

/** The time, anew each second while something goes on. */
export function useNow(isGoingOn: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isGoingOn) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isGoingOn]);
  return now;
}
