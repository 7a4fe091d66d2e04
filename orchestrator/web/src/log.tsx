import { useEffect, useRef, useState } from 'preact/hooks';
import { Refusal, ask } from './api';
import { LOG_HEADERS } from '../../../lib/words/log-bytes';
import type { Line } from './log-lines';
import { LogLines } from './log-lines';

/** The log of a step, as it is written. */

interface LogText {
  readonly lines: readonly Line[];
  readonly isOver: boolean;
  readonly refusal?: Refusal;
  /** It is not of the pod, which is gone. */
  readonly kept?: Kept;
}

interface Kept {
  /** What is left out of it. */
  readonly omitted?: string;
}

const EMPTY: LogText = { lines: [], isOver: false };
/** Pieces come often; they are shown together. */
const SHOWN_EVERY_MS = 200;
/** The orchestrator ends a log after a while; one that goes on is read anew. */
const AGAIN_MS = 2_000;

/** @param goesOn whether the step still writes */
function useLog(path: string, goesOn: boolean): LogText {
  const [log, setLog] = useState<LogText>(EMPTY);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => setLog(EMPTY), [path]);
  useEffect(() => {
    const controller = new AbortController();
    const lines = new LogLines();
    let showing: number | undefined;
    let kept: Kept | undefined;
    const show = (over: Partial<LogText> = {}): void => {
      clearTimeout(showing);
      showing = undefined;
      if (!controller.signal.aborted) setLog({ lines: lines.lines, isOver: false, kept, ...over });
    };
    const told = (piece: string): void => {
      lines.add(piece);
      showing ??= window.setTimeout(show, SHOWN_EVERY_MS);
    };
    void read(path, controller.signal, told, (headers) => (kept = keptOf(headers))).then(
      () => show({ isOver: true }),
      (error: Error) => show({ isOver: true, refusal: new Refusal(0, error.message) }),
    );
    return () => {
      controller.abort();
      clearTimeout(showing);
    };
  }, [path, attempt]);
  const isCut = log.isOver && goesOn && log.refusal === undefined;
  useEffect(() => {
    if (!isCut) return undefined;
    const timer = setTimeout(() => setAttempt((before) => before + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isCut]);
  return log;
}

async function read(
  path: string,
  signal: AbortSignal,
  told: (piece: string) => void,
  begins: (headers: Headers) => void,
): Promise<void> {
  const { body, headers } = await ask(path, { signal });
  begins(headers);
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) told(value as string);
}

const keptOf = (headers: Headers): Kept | undefined =>
  headers.has(LOG_HEADERS.isKept) ? { omitted: headers.get(LOG_HEADERS.omitted) ?? undefined } : undefined;

/** Many more make a browser slow, and nobody reads them here. */
const LINES_SHOWN = 5_000;

interface Props {
  readonly path: string;
  /** Whether the step still writes. */
  readonly goesOn: boolean;
  /** The line that the address points to, counted from 1. */
  readonly line?: number;
}

export function Log({ path, goesOn, line }: Props) {
  const { lines, isOver, refusal, kept } = useLog(path, goesOn);
  const [sought, setSought] = useState('');
  const hits =
    sought === '' ? undefined : lines.filter(({ plain }) => plain.toLowerCase().includes(sought.toLowerCase()));
  const shown = (hits ?? lines).slice(-LINES_SHOWN);
  const pointed = useRef<HTMLLIElement>(null);
  useEffect(() => pointed.current?.scrollIntoView({ block: 'center' }), [line, pointed.current]);
  return (
    <section class="log" aria-label="Log">
      <div class="search">
        <input
          type="search"
          placeholder="Search the log"
          aria-label="Search the log"
          value={sought}
          onInput={({ currentTarget }) => setSought(currentTarget.value)}
        />
        <span role="status">{toldOf(lines.length, hits?.length, isOver)}</span>
      </div>
      {kept !== undefined && (
        <p>Kept from the run: its pod is gone.{kept.omitted !== undefined && ` Left out: ${kept.omitted}.`}</p>
      )}
      {refusal !== undefined && <p class="refusal">{refusal.message}</p>}
      {shown.length < (hits ?? lines).length && <p>Only the last {LINES_SHOWN} lines are shown.</p>}
      <ol>
        {shown.map(({ number, parts }) => (
          <li
            key={number}
            id={`L${number}`}
            ref={number === line ? pointed : undefined}
            class={number === line ? 'here' : ''}
          >
            <a href={`#L${number}`} aria-label={`Line ${number}`}>
              {number}
            </a>
            <code>
              {parts.map(({ content, colour, isBold }, index) => (
                <span key={index} class={[colour, isBold ? 'bold' : ''].join(' ').trim() || undefined}>
                  {content}
                </span>
              ))}
            </code>
          </li>
        ))}
      </ol>
    </section>
  );
}

const toldOf = (all: number, hits: number | undefined, isOver: boolean): string =>
  [hits === undefined ? `${all} lines` : `${hits} of ${all} lines`, ...(isOver ? [] : ['it goes on'])].join(', ');
