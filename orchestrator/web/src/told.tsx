import type { ComponentChildren } from 'preact';
import type { Asked } from './api';

interface Props<T> {
  readonly asked: Asked<T>;
  readonly children: (value: T) => ComponentChildren;
}

/** Shows an answer; while there is none that one is awaited, or why there is none. */
export function Told<T>({ asked: { value, refusal }, children }: Props<T>) {
  return (
    <>
      {refusal !== undefined && (
        <p class="refusal" role="alert">
          {refusal.message}
          {refusal.status === 401 && (
            <>
              {' '}
              <a href={`/auth/login?to=${encodeURIComponent(location.pathname + location.search)}`}>Sign in</a>
            </>
          )}
        </p>
      )}
      {value !== undefined ? children(value) : refusal === undefined && <p role="status">Loading…</p>}
    </>
  );
}
