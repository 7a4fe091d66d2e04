import { ANNOTATIONS } from '../../../lib/words/labels';
import { isGiven } from '../../../lib/runs/ask/ask';
import { rfc3339 } from '../queue/status';
import type { RunQuery } from '../history/run-query';

/**
 * What Results is asked for, in CEL. https://tekton.dev/docs/results/api/
 *
 * Results puts the texts of a filter into its SQL as they are, so only characters that mean nothing there and nothing in JSON are handed
 * on. A filter therefore finds more than is asked for, never less; the rest is sorted out here.
 */

const ASKED = `data.metadata.annotations["${ANNOTATIONS.asked}"]`;
const ASKED_AT = `data.metadata.annotations["${ANNOTATIONS.askedAt}"]`;
export const PIPELINE_RUN = 'tekton.dev/v1.PipelineRun';
const OF_RUNS = `data_type == "${PIPELINE_RUN}"`;

/** The longest part of a text of which each character is itself wherever it is written. */
function plainPart(text: string): string {
  const parts = text.match(/[\w./@+:[\]-]+/g) ?? [];
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** A text of CEL; what is given has no characters that need more. */
const quoted = (text: string): string => `"${text.replaceAll('"', '\\"')}"`;

/** @param key of the JSON in the annotation; undefined: the value may be anywhere @param isWhole false: it may go on */
function says(key: string | undefined, value: string, isWhole = true): readonly string[] {
  const plain = plainPart(value);
  if (plain === '') return [];
  const said = plain === value ? `${key === undefined ? '' : `"${key}":`}"${plain}${isWhole ? '"' : ''}` : plain;
  return [`${ASKED}.contains(${quoted(said)})`];
}

/** Those of a list. */
export function listFilter({
  team,
  stack,
  pipeline,
  pullRequest,
  branch,
  author,
  app,
  commit,
  since,
  after,
}: Omit<RunQuery, 'namespaces' | 'limit'>): string {
  const words = { team, stack, pipeline, branch, sender: author };
  return [
    OF_RUNS,
    ...Object.entries(words).flatMap(([key, value]) => (isGiven(value) ? says(key, value as string) : [])),
    ...(app === undefined ? [] : says(undefined, app)),
    ...(commit === undefined ? [] : says('commit', commit, false)),
    ...(pullRequest === undefined ? [] : [`${ASKED}.contains(${quoted(`"number":${pullRequest}`)})`]),
    ...(since === undefined ? [] : [`${ASKED_AT} >= ${quoted(rfc3339(new Date(since)))}`]),
    ...(after === undefined ? [] : [`${ASKED_AT} <= ${quoted(rfc3339(new Date(after.created)))}`]),
  ].join(' && ');
}

/** Those of a name; undefined: there can be none. */
export const nameFilter = (name: string): string | undefined =>
  name !== '' && plainPart(name) === name ? `${OF_RUNS} && data.metadata.name == ${quoted(name)}` : undefined;
