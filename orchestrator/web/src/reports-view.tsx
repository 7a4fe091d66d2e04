import { useLocation, useRoute } from 'preact-iso';
import { reportHeaders } from '../../src/http/report-headers';
import type { Reports } from './answers';
import { ONCE, useAnswer } from './api';
import type { RunName } from './paths';
import { reportsPath, runApi, runPath } from './paths';
import { Told } from './told';
import { useTitle } from './title';

/** The files that the tests of a run left. One of them is shown in a frame that runs nothing and is of no origin. */
export function ReportsView() {
  const { name = '' } = useRoute().params;
  const { file, namespace } = useLocation().query;
  useTitle(`Reports of ${name}`);
  const run: RunName = { name, namespace };
  const asked = useAnswer<Reports>(runApi(run, '/reports'), ONCE);
  return (
    <>
      <p class="trail">
        <a href={runPath(run)}>{name}</a>
      </p>
      <h1>Reports</h1>
      {file !== undefined && (
        <File path={file} address={runApi(run, `/reports/${file.split('/').map(encodeURIComponent).join('/')}`)} />
      )}
      <Told asked={asked}>{(reports) => <Files run={run} reports={reports} shown={file} />}</Told>
    </>
  );
}

const isShown = (path: string): boolean => reportHeaders(path)['content-disposition'] === undefined;

const File = ({ path, address }: { readonly path: string; readonly address: string }) => (
  <section aria-label={path}>
    <p>
      <code>{path}</code>{' '}
      <a href={address} download={path.slice(path.lastIndexOf('/') + 1)}>
        Save
      </a>
    </p>
    {isShown(path) && <iframe class="report" title={path} src={address} sandbox="" referrerpolicy="no-referrer" />}
  </section>
);

interface FilesProps {
  readonly run: RunName;
  readonly reports: Reports;
  readonly shown?: string;
}

const Files = ({ run, reports: { files, isComplete }, shown }: FilesProps) =>
  files.length === 0 ? (
    <p>There are none: its tests left no report, or reports are no longer kept.</p>
  ) : (
    <>
      <ul class="files">
        {files.map(({ path, size }) => (
          <li key={path}>
            <a href={reportsPath(run, path)} aria-current={path === shown ? 'true' : undefined}>
              {path}
            </a>{' '}
            <small>{bytes(size)}</small>
          </li>
        ))}
      </ul>
      {!isComplete && <p>There are more, which are not listed.</p>}
    </>
  );

const bytes = (size: number): string =>
  size < 1024 ? `${size} B` : size < 2 ** 20 ? `${Math.round(size / 1024)} KiB` : `${(size / 2 ** 20).toFixed(1)} MiB`;
