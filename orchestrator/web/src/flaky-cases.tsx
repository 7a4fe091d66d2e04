import type { Stats } from './answers';
import { runPath, stackPath } from './paths';
import { Table } from './table';

/** Cases that failed and passed although nothing had changed, those first that cost the most time. */
export function FlakyCases({ cases }: { readonly cases: NonNullable<Stats['flaky']> }) {
  if (cases.length === 0) return <p>There are none.</p>;
  return (
    <Table label="Flaky cases" head={['Minutes lost', 'Case', 'Of', 'Runs', 'Last']}>
      {cases.map((one) => (
        <tr key={[one.namespace, one.stack, one.app, one.kind, one.combination, one.class, one.name].join('\n')}>
          <td>{one.minutesLost.toFixed(1)}</td>
          <td>
            <span>{one.name}</span>
            <small>{one.class}</small>
          </td>
          <td>
            <a href={stackPath(one.team, one.stack)}>
              {one.team} / {one.stack}
            </a>
            <small>{[one.app, one.kind, one.combination].filter(Boolean).join(', ')}</small>
          </td>
          <td>{one.times}</td>
          <td>
            <a href={runPath({ name: one.run, namespace: one.namespace })}>{one.run}</a>
          </td>
        </tr>
      ))}
    </Table>
  );
}
