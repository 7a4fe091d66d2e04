import { bucketAddress } from '../bucket-address';
import type { TeamReading } from '../reading';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/** A team whose reports are shown keeps them where no other team does: stacks and runs of others may have the same names. */
export function checkReportPlaces(teams: readonly TeamReading[]): Problem[] {
  return teams.flatMap(({ team, document }) => {
    const { s3, show: isShown } = team.storage.reports;
    if (s3 === undefined || !isShown) return [];
    const own = bucketAddress(s3);
    const other = teams.find(
      ({ team: { name, storage } }) =>
        name !== team.name && storage.reports.s3 !== undefined && bucketAddress(storage.reports.s3) === own,
    );
    if (other === undefined) return [];
    const path = ['storage', 'reports', 's3', s3.prefix === undefined ? 'bucket' : 'prefix'];
    return [
      document.error(
        path,
        `team ${other.team.name} (${other.document.file}) keeps its reports at the same place, so this team could be shown reports of the other`,
        { found: show(own), expected: 'a storage.reports.s3.prefix of its own' },
      ),
    ];
  });
}
