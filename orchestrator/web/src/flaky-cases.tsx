import type { Stats } from './answers';
import { runPath, stackPath } from './paths';

/** Cases that failed and passed although nothing had changed, those first that cost the most time. */
export function FlakyCases({ cases }: { readonly cases: NonNullable<Stats['flaky']> }) {
  if (cases.length === 0) return <p>There are none.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Flaky cases">
      <table>
        <thead>
          <tr>
            {['Minutes lost', 'Case', 'Of', 'Runs', 'Last'].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cases.map((one) => (
            <tr key={[one.namespace, one.stack, one.app, one.kind, one.class, one.name].join('\n')}>
              <td>{one.minutesLost.toFixed(1)}</td>
              <td>
                <span>{one.name}</span>
                <small>{one.class}</small>
              </td>
              <td>
                <a href={stackPath(one.team, one.stack)}>
                  {one.team} / {one.stack}
                </a>
                <small>
                  {one.app}, {one.kind}
                </small>
              </td>
              <td>{one.times}</td>
              <td>
                <a href={runPath({ name: one.run, namespace: one.namespace })}>{one.run}</a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
