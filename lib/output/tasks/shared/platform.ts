import type { Team } from '../../../fleet/model';
import type { Step } from '../../../tekton/task';
import { versionsBranch } from '../../../words/names';
import type { GitAccess } from './clone';
import { gitEnv } from './clone';
import type { Images } from './images';
import { script } from './script';
import { SMALL, SOURCE } from './steps';

/** What Tasks that change the platform repository have in common; the script is platform.sh. */

/** Where the image of tools has its program. */
export const OWN_TOOLS = '/tools.js';
/** And where the steps behind `toolsStep` find it: their images have git, but not the program. */
const TOOLS = '/workspace/tools.js';

/** Puts our program where the next steps find it. */
export const toolsStep = (images: Images): Step => ({
  name: 'tools',
  image: images('tools'),
  script: script('shared/tools.sh'),
  env: { OWN_TOOLS, TOOLS },
  resources: SMALL,
});

/** For platform.sh and versions.sh; the paths of results are the Task's own. */
export const platformEnv = (team: Team, access: GitAccess) => ({
  URL: team.platform.repoURL ?? '',
  BRANCH: team.platform.revision,
  VERSIONS_BRANCH: team.platform.versionsBranch ?? versionsBranch(team.name),
  VERSIONS_ONLY_THERE: String(team.platform.versionsBranch !== undefined),
  VERSIONS_FILE: team.versionsFile,
  SOURCE,
  TOOLS,
  ...gitEnv(team, access),
});

/** Where the commit waits. */
export const PULL_REQUEST = 'Pull request, or branch, that has the commit; empty: the platform repository has taken it';
