import type { Team } from '../contract/model';
import type { BuildBackend } from '../contract/team';
import type { Mount, Step } from '../tekton/task';
import type { Images } from './images';
import { script } from './script';
import { HOME, LARGE } from './step';

/** How an image is built from a Dockerfile: one choice a team. All leave an OCI layout, so that pushing is one step for all. */
interface Backend {
  /** Key of the image table. */
  readonly image: BuildBackend;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** Where it keeps layers while it works. */
  readonly storage: string;
}

/** As root in the container; of its capabilities those that unpacking and running layers takes. Level `baseline`. */
const AS_ROOT = {
  runAsNonRoot: false,
  runAsUser: 0,
  runAsGroup: 0,
  allowPrivilegeEscalation: true,
  capabilities: { drop: ['ALL'], add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETFCAP', 'SETGID', 'SETUID', 'SYS_CHROOT', 'SETPCAP', 'MKNOD', 'KILL'] },
};

const BACKENDS: Readonly<Record<BuildBackend, Backend>> = {
  buildah: { image: 'buildah', securityContext: AS_ROOT, env: { BUILDAH_ISOLATION: 'chroot', STORAGE_DRIVER: 'vfs' }, storage: '/var/lib/containers' },
  /** Rootless, but it needs to unshare and mount: level `privileged` for the namespace, not for the container. */
  buildkit: {
    image: 'buildkit',
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      allowPrivilegeEscalation: true,
      seccompProfile: { type: 'Unconfined' },
      appArmorProfile: { type: 'Unconfined' },
    },
    env: { BUILDKITD_FLAGS: '--oci-worker-no-process-sandbox' },
    storage: '/home/user/.local/share/buildkit',
  },
  kaniko: { image: 'kaniko', securityContext: AS_ROOT, env: {}, storage: '/kaniko-cache' },
};

/** The step that builds the image; it works in a volume `layers`. */
export function imageStep(
  { build, insecureRegistry }: Pick<Team, 'build' | 'insecureRegistry'>,
  images: Images,
  given: Pick<Step, 'env' | 'args' | 'when'> & { readonly auth: Mount },
): Step {
  const { image, securityContext, env, storage } = BACKENDS[build.backend];
  return {
    name: 'image',
    image: images(image),
    script: script(`image-${build.backend}.sh`),
    env: { ...HOME, ...env, ...given.env, INSECURE: String(insecureRegistry), REGISTRY_AUTH: given.auth.mountPath },
    args: given.args,
    when: given.when,
    securityContext,
    resources: LARGE,
    mounts: [{ name: 'layers', mountPath: storage }, given.auth],
  };
}
