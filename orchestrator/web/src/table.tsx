import type { ComponentChildren } from 'preact';

interface Props {
  /** What a person hears of it who does not see it. */
  readonly label: string;
  readonly head: readonly string[];
  /** @default - as everywhere */
  readonly class?: string;
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** Rows under a head. Where it is wider than the page it scrolls by itself, also with keys. */
export const Table = ({ label, head, class: kind, children }: Props) => (
  <div class="scroll" tabIndex={0} role="region" aria-label={label}>
    <table class={kind}>
      <thead>
        <tr>
          {head.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);
