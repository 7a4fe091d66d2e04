import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { App, Team } from '../../fleet/model';
import type { KindRef } from '../../kube/api';
import type { Images } from '../tasks/shared/images';
import type { EnvironmentApp } from '../team/environment-apps';

/** A kind of objects that lead requests to previews. */
export interface LeadingKind extends KindRef {
  /** Whether an admission policy keeps the account that opens previews to the objects of previews. */
  readonly isGuarded: boolean;
}

/** Where the Service of an app leads: to pods, or to another name. */
export type ServiceTarget =
  | { readonly selector: Readonly<Record<string, string>>; readonly targetPort: k8s.IntOrString }
  | { readonly externalName: string };

/**
 * How requests of a session reach previews: what opens a preview and closes it, the rights that this takes, and what the environment needs
 * for it. A team has one, by `interceptBackend`.
 */
export interface Backend {
  /** For the description of the Task. */
  readonly how: string;
  /** The script that opens a preview, below `tasks/`. */
  readonly script: string;
  /** What the script is told beside what all are. @default - nothing */
  readonly env?: (images: Images, team: Team) => Readonly<Record<string, string>>;
  /**
   * Kinds beside Services of the objects that lead requests to previews; what leads first is first. Account `preview` opens
   * and closes them.
   */
  readonly kinds: readonly LeadingKind[];
  /** Whether a preview has a Service. */
  readonly hasService: boolean;
  /** The kind that a preview begins with, and that closing it deletes last. @default - its Deployment */
  readonly opens?: KindRef;
  /** Account of the previews' pods. @default - the default account of the namespace */
  readonly account?: string;
  /** Whether it keeps the log from which a run learns where requests of its session went. */
  readonly logsRequests: boolean;
  /** What an app that speaks HTTP has in its environment beside its Service. @default - nothing */
  readonly ofApp?: {
    /** Where Service `<app>` leads; Service `<app>-stable` leads to the stable pods. @default - to the stable pods, too */
    readonly service?: (team: Team, app: App) => ServiceTarget | undefined;
    /** Further objects. @default - none */
    readonly render?: (scope: Construct, team: Team, namespace: string, app: App) => void;
  };
  /** What an environment with such apps has once. @default - nothing */
  readonly ofEnvironment?: (
    scope: Construct,
    team: Team,
    namespace: string,
    apps: readonly EnvironmentApp[],
    images: Images,
  ) => void;
  /** Pods of the environment whose metrics every namespace may read. @default - none */
  readonly metrics?: { readonly pods: Readonly<Record<string, string>>; readonly port: number };
}
