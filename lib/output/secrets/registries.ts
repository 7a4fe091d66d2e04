import type { Team } from '../../fleet/model';
import type { ImageScope } from '../../words/names';
import { isDockerHub } from '../../words/scalars';

/** The registries that each login of a team is for, by the hosts that a docker config names. */

const hostsOf = (registries: readonly string[]): readonly string[] => [...new Set(registries.map(hostOf))];

/** https://github.com/docker/cli/blob/master/docs/reference/commandline/login.md */
const hostOf = (registry: string): string =>
  isDockerHub(registry) ? 'https://index.docker.io/v1/' : (registry.split('/')[0] as string);

/** Where images of apps are pushed. */
export const pushesTo = ({ pushRegistry, stacks }: Team): readonly string[] =>
  hostsOf([pushRegistry, ...stacks.map(({ registry }) => registry.push)]);

/** Where a build leaves its image; where it may, it reads those of releases, too. */
export const stagesAt = (team: Team, scope: ImageScope): readonly string[] =>
  scope === 'fork' ? hostsOf([team.cacheRepo]) : [...new Set([...hostsOf([team.cacheRepo]), ...pushesTo(team)])];

/** Docker Hub limits what is pulled without an account; others let anybody read what is public. */
export const readsBaseImagesOf = ({ images: { mirror } }: Team): readonly string[] => hostsOf([mirror ?? 'docker.io']);
