import { useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { Case, Run, TestsOfKind } from './answers';
import { ONCE, useAnswer } from './api';
import type { RunName } from './paths';
import { casePath, runApi, runPath } from './paths';
import { Counts, Notes, percent, titleOf } from './run-tests';
import { State, stateOfCase } from './state';
import { Table } from './table';
import { Told } from './told';
import { useTitle } from './title';

/** All cases of one kind of tests of one app in a run, and what they cover. */
export function KindView() {
  const { name = '', app = '', kind = '' } = useRoute().params;
  const { namespace, combination } = useLocation().query;
  const title = `${kind} tests of ${app}${combination === undefined ? '' : ` in ${combination}`}`;
  useTitle(title);
  const named: RunName = { name, namespace };
  const below = `/tests/${[app, kind].map(encodeURIComponent).join('/')}`;
  const asked = useAnswer<TestsOfKind>(runApi(named, below, combination), ONCE);
  const about = useAnswer<Run>(runApi(named), ONCE).value;
  return (
    <>
      <p class="trail">
        <a href={runPath(named)}>{name}</a>
      </p>
      <h1>{title}</h1>
      <Told asked={asked}>
        {({ tests, cases, coverage, notes }) => (
          <>
            <p>
              <Counts tests={tests} />
            </p>
            <Notes notes={notes} />
            {cases.length > 0 && <Cases cases={cases} run={about} of={{ app, kind, combination }} />}
            {coverage !== undefined && <Coverage coverage={coverage} />}
          </>
        )}
      </Told>
    </>
  );
}

/** Many more make a browser slow; who looks for one finds it by its name. */
const SHOWN = 500;

interface CasesProps {
  readonly cases: readonly Case[];
  readonly run?: Pick<Run, 'team' | 'stack'>;
  readonly of: { readonly app: string; readonly kind: string; readonly combination?: string };
}

function Cases({ cases, run, of: { app, kind, combination } }: CasesProps) {
  const [sought, setSought] = useState('');
  const hits = cases.filter((one) => titleOf(one).toLowerCase().includes(sought.toLowerCase()));
  return (
    <>
      <h2>Cases</h2>
      <div class="search">
        <input
          type="search"
          placeholder="Search the cases"
          aria-label="Search the cases"
          value={sought}
          onInput={({ currentTarget }) => setSought(currentTarget.value)}
        />
        <span role="status">
          {hits.length} of {cases.length} cases{hits.length > SHOWN && `, of which the first ${SHOWN} are shown`}
        </span>
      </div>
      <Table label="Cases" head={['State', 'Case', 'Seconds']}>
        {hits.slice(0, SHOWN).map((one, index) => (
          <tr key={index}>
            <td>
              <State state={stateOfCase(one)} text={one.flaky ? 'flaky' : one.state} />
            </td>
            <td>
              {run === undefined ? (
                titleOf(one)
              ) : (
                <a href={casePath(run, app, kind, one, combination)}>{titleOf(one)}</a>
              )}
              {one.message !== undefined && <small>{one.message.split('\n', 1)[0]}</small>}
            </td>
            <td>{one.seconds}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Coverage({ coverage }: { readonly coverage: NonNullable<TestsOfKind['coverage']> }) {
  const share = ({ covered, total }: { readonly covered: number; readonly total: number }): number =>
    total === 0 ? 1 : covered / total;
  const files = [...coverage.files].sort((a, b) => share(a) - share(b));
  return (
    <>
      <h2>
        Coverage: {percent(coverage)} of {coverage.total} lines
      </h2>
      <Table label="Coverage by file" head={['Covered', 'File', 'Lines']}>
        {files.slice(0, SHOWN).map((file) => (
          <tr key={file.path}>
            <td>
              <meter max={Math.max(file.total, 1)} value={file.covered} aria-label={`Covered of ${file.path}`} />{' '}
              {percent(file)}
            </td>
            <td>
              <code>{file.path}</code>
            </td>
            <td>
              {file.covered} of {file.total}
            </td>
          </tr>
        ))}
      </Table>
      {files.length > SHOWN && <p>The {SHOWN} files that are covered least are shown.</p>}
    </>
  );
}
