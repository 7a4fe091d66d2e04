import type { Construct } from 'constructs';
import type { App } from '../../fleet/model';
import type { TestKind } from '../../words/names';
import { Param } from '../../tekton/param';
import type { ParamDeclarations } from '../../tekton/param';
import type { TaskInterface } from '../../tekton/task';
import { externalTask } from '../../tekton/task';
import { awaitRollout } from './deploy/await-rollout';
import { buildParams, buildTask } from './build/build';
import { bumpVersion } from './release/bump-version';
import { closePreviews } from './preview/close-previews';
import type { TaskContext } from './shared/context';
import { deployApp } from './deploy/deploy-app';
import { findTestedImage } from './release/find-tested-image';
import { imageScan } from './hooks/image-scan';
import { notify } from './hooks/notify';
import { previewApp } from './preview/preview-app';
import { promote } from './release/promote';
import { publishOutcome } from './test/publish-outcome';
import { recordImages } from './deploy/record-images';
import { releaseVersion } from './release/release-version';
import { runTests } from './test/run-tests';
import { smoke } from './deploy/smoke';
import { tagRelease } from './release/tag-release';
import { validateOriginal } from './test/validate-original';
import { validatePropagation } from './test/validate-propagation';
import { verdict } from './test/verdict';
import { verify } from './test/verify';

type Make<T> = (scope: Construct, context: TaskContext) => T;

/** The Tasks of a team: each is made when a pipeline first asks for it, so `dist/` holds those that are used. */
export class Catalogue {
  private readonly made = new Map<unknown, unknown>();
  private readonly external = new Set<string>();

  constructor(
    private readonly scope: Construct,
    private readonly context: TaskContext,
  ) {}

  readonly deployApp = () => this.once(deployApp);
  readonly awaitRollout = () => this.once(awaitRollout);
  readonly recordImages = () => this.once(recordImages);
  readonly smoke = () => this.once(smoke);
  readonly previewApp = () => this.once(previewApp);
  readonly closePreviews = () => this.once(closePreviews);
  readonly validatePropagation = () => this.once(validatePropagation);
  readonly validateOriginal = () => this.once(validateOriginal);
  readonly verdict = () => this.once(verdict);
  readonly publishOutcome = () => this.once(publishOutcome);
  readonly findTestedImage = () => this.once(findTestedImage);
  readonly releaseVersion = () => this.once(releaseVersion);
  readonly tagRelease = () => this.once(tagRelease);
  readonly bumpVersion = () => this.once(bumpVersion);
  readonly promote = () => this.once(promote);
  readonly verify = () => this.once(verify);

  /** The Task that builds an app, by its tool. */
  build(app: App) {
    const tool = app.build.tool ?? 'dockerfile';
    return this.once((scope, context) => buildTask(scope, context, tool), tool);
  }

  /** What that Task is told of the app. */
  buildParams = (app: App) => buildParams(app, this.context);

  runTests(kind: TestKind) {
    return this.once((scope, context) => runTests(scope, context, kind), kind);
  }

  /** A hook by the name of its Task: one of the examples here, or one that the team brings. */
  hook(
    name: string,
    params: readonly string[],
  ): TaskInterface<ParamDeclarations, Record<never, never>, Record<never, never>> {
    switch (name) {
      case 'image-scan':
        return this.once(imageScan);
      case 'notify':
        return this.once(notify);
      default:
        this.external.add(name);
        return externalTask(name, Object.fromEntries(params.map((param) => [param, Param.string()])));
    }
  }

  /** Names of Tasks that pipelines use and the team brings. */
  get externalTasks(): ReadonlySet<string> {
    return this.external;
  }

  private once<T>(make: Make<T>, key: unknown = make): T {
    if (!this.made.has(key)) this.made.set(key, make(this.scope, this.context));
    return this.made.get(key) as T;
  }
}
