import type { Team } from '../../../fleet/model';
import type { Images } from './images';

/** What a Task is made for: names of Secrets, claims and registries are known at synth. */
export interface TaskContext {
  readonly team: Team;
  readonly images: Images;
}
