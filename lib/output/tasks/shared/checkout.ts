import type { Step, Volume } from '../../../tekton/task';
import type { StringValue } from '../../../tekton/value';
import { cloneStep, gitSecrets } from './clone';
import type { TaskContext } from './context';

/** A commit that a Task of one's own checks out. */
export interface CheckoutProps {
  /** Address for `git clone`, such as `url` of an app. */
  readonly url: StringValue;
  /** A commit, such as `commit` of an app. */
  readonly commit: StringValue;
}

/** A step that checks out, and the volumes that its Task needs for it. */
export interface Checkout {
  /** The first step of a Task. It leaves the files of the commit in `SOURCE`. */
  readonly step: Step;
  /** Secrets with which git reads the team's repositories. Only this step gets them. */
  readonly volumes: readonly Volume[];
}

/**
 * A checkout in the pod of a Task of one's own: no volume is shared between tasks. The step reads the repository as builds do, and
 * the steps after it mount no Secret of it. As in a build, what the repository brings may run in them: the pod then holds nothing but
 * a credential that may read.
 */
export const checkout = ({ team, images }: TaskContext, { url, commit }: CheckoutProps): Checkout => ({
  step: cloneStep(team, images, { url, revision: commit, appRevision: '', contextDir: '.' }),
  volumes: gitSecrets(team, 'read'),
});
