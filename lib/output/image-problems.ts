import { supportEnd } from '../fleet/support-ends';
import { hasDigest } from '../words/moving-tag';
import { list } from '../words/phrase';
import type { Problem } from '../words/problem';
import type { UsedImage } from './used-images';

/** What is wrong with the images of an output on a day. Synth does not tell it: the same input would have other warnings tomorrow. */

const SOON_DAYS = 90;
const DAY = 86_400_000;

/** @param today as 2026-11-30 */
export const checkImage = (used: UsedImage, today: string): readonly Problem[] => [
  ...used.keys.flatMap((key) => checkSupport(used, key, today)),
  // runs put a digest where they deploy
  ...(used.kind === 'app' || hasDigest(used.image) ? [] : [withoutDigest(used)]),
];

function checkSupport({ image, teams }: UsedImage, key: string, today: string): readonly Problem[] {
  const end = supportEnd(key);
  if (end === undefined || Date.parse(end) - Date.parse(today) > SOON_DAYS * DAY) return [];
  const isOver = end < today;
  return [
    {
      file: image,
      path: key,
      message: `this version ${isOver ? 'has had no fixes since' : 'gets no fixes after'} ${end}; ask for a newer one in the stacks of ${teamsOf(teams)}`,
      severity: isOver ? 'error' : 'warning',
    },
  ];
}

const teamsOf = (teams: readonly string[]): string =>
  `${teams.length === 1 ? 'team' : 'teams'} ${list(
    teams.map((team) => `'${team}'`),
    'and',
  )}`;

const withoutDigest = ({ image }: UsedImage): Problem => ({
  file: image,
  message: 'has no digest, so its publisher can put another image under this tag',
  severity: 'warning',
});
