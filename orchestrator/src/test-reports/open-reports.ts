import type { BucketPlace } from './bucket-store';
import { bucketStore } from './bucket-store';
import { folderStore } from './folder-store';
import type { ReportStore } from './report-store';

/** Where the reports of a team are kept: in the folder of a mounted claim, or in a bucket. */
export type ReportsPlace = { readonly dir: string } | { readonly bucket: BucketPlace };

export const openReports = (place: ReportsPlace): ReportStore =>
  'dir' in place ? folderStore(place.dir) : bucketStore(place.bucket);
