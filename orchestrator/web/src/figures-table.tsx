import type { Figures } from './answers';
import { seconds } from './figure-charts';
import { percent } from './percent';
import { Table } from './table';

interface Props {
  readonly what: string;
  /** By name, each with where it leads. */
  readonly rows: readonly (readonly [name: string, href: string, figures: Figures])[];
}

const HEADS = [
  'Runs',
  'Push to verdict',
  'Merge to serving',
  'Repair',
  'Wait',
  'Tests failed',
  'Releases failed',
  'Pod seconds',
] as const;

/** The figures of several teams or stacks, below each other. */
export function FiguresTable({ what, rows }: Props) {
  if (rows.length === 0) return <p>There are none.</p>;
  return (
    <Table label={`Figures by ${what.toLowerCase()}`} head={[what, ...HEADS]} class="numbers">
      {rows.map(([name, href, figures]) => (
        <tr key={name}>
          <th scope="row">
            <a href={href}>{name}</a>
          </th>
          <td>{figures.runs}</td>
          <Took of={figures.verdict} />
          <Took of={figures.serving} />
          <Took of={figures.repair} />
          <Took of={figures.wait} />
          <Failed of={figures.tests} />
          <Failed of={figures.releases} />
          <td>{figures.podSeconds !== undefined && Math.round(figures.podSeconds).toLocaleString('en')}</td>
        </tr>
      ))}
    </Table>
  );
}

const Took = ({ of }: { readonly of: Figures['wait'] }) => (
  <td>
    {of !== undefined && (
      <>
        {seconds(of.median)}
        <small>
          p90 {seconds(of.p90)}, of {of.count}
        </small>
      </>
    )}
  </td>
);

const Failed = ({ of }: { readonly of: Figures['tests'] }) => (
  <td>
    {of.count > 0 && (
      <>
        {percent(of)}
        <small>
          {of.failed} of {of.count}
        </small>
      </>
    )}
  </td>
);
