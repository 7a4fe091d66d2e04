import type { Team } from '../../../fleet/model';
import type { ParamRefs } from '../../../tekton/param';
import type { Step } from '../../../tekton/task';
import { versionsBranch } from '../../../words/names';
import type { GitAccess } from './clone';
import { gitEnv } from './clone';
import type { Images } from './images';
import { objectOfTeam } from './of-team';
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

/** Of the team: the platform repository, and where in it its versions are. */
export const platformOf = ({ name, platform, versionsFile }: Team) => ({
  url: platform.repoURL ?? '',
  branch: platform.revision,
  'versions-branch': platform.versionsBranch ?? versionsBranch(name),
  'only-there': String(platform.versionsBranch !== undefined),
  'versions-file': versionsFile,
});
/** The param that gives it to a Task. */
export const platformParam = (team: Team) => ({
  platform: objectOfTeam(
    team,
    platformOf(team),
    'Platform repository, its branch, the file of versions, and the branch where these wait for a pull request',
  ),
});
type PlatformRefs = ParamRefs<ReturnType<typeof platformParam>>;

/** For platform.sh and versions.sh; the paths of results are the Task's own. */
export const platformEnv = (team: Team, { platform }: PlatformRefs, access: GitAccess) => ({
  URL: platform.key('url'),
  BRANCH: platform.key('branch'),
  VERSIONS_BRANCH: platform.key('versions-branch'),
  VERSIONS_ONLY_THERE: platform.key('only-there'),
  VERSIONS_FILE: platform.key('versions-file'),
  SOURCE,
  TOOLS,
  ...gitEnv(team, access),
});

/** Where the commit waits. */
export const PULL_REQUEST = 'Pull request, or branch, that has the commit; empty: the platform repository has taken it';
