import Anser from 'anser';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Refusal, ask } from './api';

/** The log of a step, as it is written. */

interface LogText {
  readonly text: string;
  readonly isOver: boolean;
  readonly refusal?: Refusal;
}

const EMPTY: LogText = { text: '', isOver: false };

function useLog(path: string): LogText {
  const [log, setLog] = useState<LogText>(EMPTY);
  useEffect(() => {
    const controller = new AbortController();
    setLog(EMPTY);
    void read(path, controller.signal, (piece) => setLog((before) => ({ ...before, text: before.text + piece }))).then(
      () => setLog((before) => ({ ...before, isOver: true })),
      (error: Error) => {
        if (!controller.signal.aborted)
          setLog((before) => ({ ...before, isOver: true, refusal: new Refusal(0, error.message) }));
      },
    );
    return () => controller.abort();
  }, [path]);
  return log;
}

async function read(path: string, signal: AbortSignal, told: (piece: string) => void): Promise<void> {
  const { body } = await ask(path, { signal });
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) told(value as string);
}

/** Many more make a browser slow, and nobody reads them here. */
const LINES_SHOWN = 5_000;

/** @param line the one that the address points to, counted from 1 */
export function Log({ path, line }: { readonly path: string; readonly line?: number }) {
  const { text, isOver, refusal } = useLog(path);
  const [sought, setSought] = useState('');
  const lines = useMemo(() => linesOf(text), [text]);
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

interface Line {
  readonly number: number;
  readonly plain: string;
  readonly parts: readonly { readonly content: string; readonly colour: string; readonly isBold: boolean }[];
}

/** Of a line that is written over and over, such as a progress bar, the last state. */
function linesOf(text: string): readonly Line[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => {
    const states = line.split('\r').filter((state) => state !== '');
    const parts = Anser.ansiToJson(states.at(-1) ?? '', { json: true, remove_empty: true, use_classes: true }).map(
      ({ content, fg, decorations }) => ({
        content: content.replace(UNSEEN, ''),
        colour: fg === null ? '' : `${fg}`,
        isBold: decorations.includes('bold'),
      }),
    );
    return { number: index + 1, plain: parts.map(({ content }) => content).join(''), parts };
  });
}

/** What a terminal does not show. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
