import type { Check, Finding, Outcome } from './finding';
import { CHECKS } from './finding';
import { mergeUnchecked } from './reading';

/** What all checks have found of one cluster, for a person and for a program. */
export interface Report {
  readonly cluster: string;
  readonly server: string;
  readonly teams: readonly string[];
  /** Whether there is no error. */
  readonly ok: boolean;
  readonly checks: readonly {
    readonly check: Check;
    /** `incomplete`: nothing is known to be wrong, and not everything was looked at. */
    readonly result: 'passed' | 'incomplete' | 'failed';
    readonly summary: string;
  }[];
  readonly findings: readonly Finding[];
}

type About = Pick<Report, 'cluster' | 'server' | 'teams'>;

/** In the order of the checks, the worst of each first. */
export function reportOf(about: About, outcomes: readonly Outcome[]): Report {
  const inOrder = CHECKS.flatMap((check) => outcomes.filter((outcome) => outcome.check === check)).map((outcome) => ({
    ...outcome,
    findings: sorted(mergeUnchecked(outcome.findings)),
  }));
  const all = inOrder.flatMap(({ findings }) => findings);
  return {
    ...about,
    ok: !all.some(isError),
    checks: inOrder.map(({ check, passed, findings }) => {
      const result = findings.some(isError)
        ? 'failed'
        : findings.some(({ notChecked }) => notChecked)
          ? 'incomplete'
          : 'passed';
      return { check, result, summary: result === 'passed' ? passed : counted(findings) };
    }),
    findings: all,
  };
}

const SEVERITIES = ['error', 'warning', 'note'] as const;
const isError = ({ severity }: Finding): boolean => severity === 'error';
const sorted = (findings: readonly Finding[]): readonly Finding[] =>
  SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));

const counted = (findings: readonly Finding[]): string =>
  SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : `${count} ${severity}${count > 1 ? 's' : ''}`;
  }).join(', ');

/** @returns JSON as docs/platform.md describes it */
export const toJson = (report: Report): string => JSON.stringify(report, null, 2);

/** A line for each check and each finding, with the remedy below. */
export function toText({ cluster, server, teams, checks, findings }: Report): string {
  const lines = checks.flatMap(({ check, result, summary }) => [
    `${result.padEnd('incomplete'.length)}  ${check}: ${summary}`,
    ...findings.filter((finding) => finding.check === check).flatMap(linesOf),
  ]);
  return [
    `cluster ${cluster} at ${server}, ${teams.length > 0 ? `for ${teams.join(', ')}` : 'which has no team'}`,
    ...lines,
  ].join('\n');
}

const linesOf = ({ severity, subject, message, remedy }: Finding): readonly string[] => [
  `  ${severity}: ${oneLine(`${subject}: ${message}`)}`,
  ...(remedy === undefined ? [] : remedy.split('\n').map((line) => `      ${line}`)),
];

/** What a server has said may have several lines. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
