import type { Team } from '../../../fleet/model';
import type { Images } from './images';

/**
 * What a Task is made for. Names of Secrets, claims and registries follow from the team, so they are known at synth.
 */
export interface TaskContext {
  readonly team: Team;
  readonly images: Images;
}
