import { formatPath } from '../diff/fields';
import { compareLive } from '../diff/live';
import type { Manifest } from '../kube/manifest';
import { at, list } from '../kube/manifest';
import { RUN_REQUEST } from '../runs/ask/run-request';
import { list as inWords } from '../words/phrase';
import type { Finding } from './finding';
import { APPLY_CLUSTER, findings } from './finding';
import type { Read } from './reading';
import { judged } from './reading';

/** The kind of requests for runs is as synth makes it: of another schema, the API server drops what the orchestrator writes. */

const found = findings('run-request');
/** The name of its CustomResourceDefinition. */
export const RUN_REQUEST_CRD = `${RUN_REQUEST.plural}.${RUN_REQUEST.group}`;
const SUBJECT = `CustomResourceDefinition ${RUN_REQUEST_CRD}`;
const NAMED = 3;

/** @param wanted as synth makes it */
export const checkRunRequest = (wanted: Manifest, read: Read<Manifest | undefined>): readonly Finding[] =>
  judged('run-request', SUBJECT, read, (live) => {
    if (live === undefined) return [found('error', SUBJECT, 'is missing', APPLY_CLUSTER)];
    return [...differences(wanted, live), ...established(live)];
  });

/** The specs alone: labels and annotations are nothing to the orchestrator. */
function differences({ apiVersion, kind, metadata: { name }, spec }: Manifest, live: Manifest): readonly Finding[] {
  const head = { apiVersion, kind, metadata: { name } };
  const { changes } = compareLive([{ ...head, spec: live.spec }], [{ object: { ...head, spec } }], new Set());
  const paths = changes.flatMap(({ fields }) => fields.map(({ path }) => formatPath(path)));
  if (paths.length === 0) return [];
  const shown = paths.slice(0, NAMED);
  const more = paths.length - shown.length;
  return [
    found(
      'error',
      SUBJECT,
      `is not what this version makes: ${inWords([...shown, ...(more > 0 ? [`${more} more fields`] : [])], 'and')} differ`,
      APPLY_CLUSTER,
    ),
  ];
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

function established(live: Manifest): readonly Finding[] {
  const conditions = list(at(live, 'status', 'conditions') as readonly Condition[] | undefined);
  const wrong = conditions.find(
    ({ type, status }) => (type === 'Established' || type === 'NamesAccepted') && status !== 'True',
  );
  return wrong === undefined
    ? []
    : [found('error', SUBJECT, `is not served: ${wrong.message ?? wrong.type}`, APPLY_CLUSTER)];
}
