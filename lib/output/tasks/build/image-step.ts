import type { Team } from '../../../fleet/model';
import { buildSeccomp } from '../../../fleet/site';
import type { BuildBackend } from '../../../fleet/team';
import type { Mount, Step } from '../../../tekton/task';
import type { Images } from '../shared/images';
import { script } from '../shared/script';
import { OWN_HOME } from '../shared/steps';
import { MIRRORED } from '../shared/images';

/**
 * How an image is built from a Dockerfile: one choice a team; the Pod Security level of each is `podSecurityLevel` of
 * lib/fleet. All leave an OCI layout, so that pushing is one step for all, and only that step can push.
 */
interface Backend {
  /** Key of the image table. */
  readonly image: BuildBackend;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** Where it keeps layers while it works. */
  readonly storage: string;
}

/** As root in the container; of its capabilities those that unpacking and running layers takes. */
const AS_ROOT = {
  runAsNonRoot: false,
  runAsUser: 0,
  runAsGroup: 0,
  allowPrivilegeEscalation: true,
  capabilities: {
    drop: ['ALL'],
    add: [
      'CHOWN',
      'DAC_OVERRIDE',
      'FOWNER',
      'FSETID',
      'SETFCAP',
      'SETGID',
      'SETUID',
      'SYS_CHROOT',
      'SETPCAP',
      'MKNOD',
      'KILL',
    ],
  },
};

const BACKENDS: Readonly<Record<BuildBackend, Backend>> = {
  buildah: {
    image: 'buildah',
    securityContext: AS_ROOT,
    env: { ...OWN_HOME, BUILDAH_ISOLATION: 'chroot' },
    storage: '/var/lib/containers',
  },
  /** Rootless, but it needs to unshare and mount, which seccomp and AppArmor would forbid. Its user is the image's. */
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
    env: { HOME: '/home/user', BUILDKITD_FLAGS: '--oci-worker-no-process-sandbox' },
    storage: '/home/user/.local/share/buildkit',
  },
  kaniko: { image: 'kaniko', securityContext: AS_ROOT, env: { HOME: '/root' }, storage: '/kaniko-cache' },
};

/**
 * The step that builds the image with the backend of the team; it works in a volume `layers` and leaves an OCI layout.
 * @throws SynthError[unknown-image] if the image table of the team has no image for the backend
 */
export function imageStep(
  {
    build,
    images: { mirror },
    insecureRegistry,
    secrets: { names },
    site,
  }: Pick<Team, 'build' | 'images' | 'insecureRegistry' | 'secrets' | 'site'>,
  images: Images,
  given: Pick<Step, 'env' | 'args' | 'when' | 'resources'> & {
    readonly auth: Mount;
    readonly baseAuth: Mount;
    readonly secret: Mount;
  },
): Step {
  const { image, securityContext, env, storage } = BACKENDS[build.backend];
  const seccompProfile = buildSeccomp(site);
  return {
    name: 'image',
    image: images(image),
    script: script(`build/image-${build.backend}.sh`),
    env: {
      ...env,
      ...given.env,
      INSECURE: String(insecureRegistry),
      REGISTRY_AUTH: given.auth.mountPath,
      BASE_AUTH: given.baseAuth.mountPath,
      BASE_SECRET: names.baseImages,
      MIRROR: mirror ?? '',
      MIRRORED: MIRRORED.join(' '),
    },
    args: given.args,
    when: given.when,
    securityContext: { ...(seccompProfile && { seccompProfile }), ...securityContext },
    resources: given.resources,
    mounts: [{ name: 'layers', mountPath: storage }, given.auth, given.baseAuth, given.secret],
  };
}
