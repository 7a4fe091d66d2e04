import { join } from 'node:path';
import { InputError } from '../words/problem';
import type { Problem } from '../words/problem';
import { TOOL_IMAGES } from '../fleet/tool-images';
import { HOME, isClone } from './package';
import { program } from './program';
import { EXIT, during, printDone } from './terminal';
import type { ExitCode } from './terminal';

/** The image of the orchestrator, built by the first program on this machine that can build images. */

/** What teams use that name no other image. */
const PUBLISHED = TOOL_IMAGES.orchestrator as string;
/** The programs that build images, in the order in which they are tried. All take the same arguments. */
const BUILDERS = ['docker', 'podman', 'buildah'] as const;
/** A program that builds images. */
export type Builder = (typeof BUILDERS)[number];

interface ImageOptions {
  /** @default - the reference that teams use which name no other */
  readonly tag?: string;
  readonly push?: boolean;
  /** `NAME=value` for the ARGs of the Dockerfile. */
  readonly buildArg?: readonly string[];
}

/** `image`: builds the image, and pushes it with `--push`. */
export async function image({ tag = PUBLISHED, push = false, buildArg = [] }: ImageOptions): Promise<ExitCode> {
  const builder = await findBuilder();
  await buildImage(builder, tag, buildArg);
  if (push) await pushImage(builder, tag);
  printDone(`${push ? 'built and pushed' : 'built'} ${tag} with ${builder}`);
  return EXIT.done;
}

/**
 * Builds the image of the orchestrator under a tag. The build context is the whole repository, because the orchestrator
 * shares files of lib/. The npm package does not hold it; there the tag is given to the image that is published.
 */
export async function buildImage(builder: Builder, tag: string, buildArgs: readonly string[] = []): Promise<void> {
  if (!isClone()) {
    await during(`pull ${PUBLISHED}`, program(builder, ['pull', PUBLISHED]));
    await program(builder, ['tag', PUBLISHED, tag]);
    return;
  }
  await during(
    `build ${tag}`,
    program(builder, [
      'build',
      '--file',
      join(HOME, 'orchestrator/Dockerfile'),
      '--tag',
      tag,
      ...buildArgs.flatMap((each) => ['--build-arg', each]),
      HOME,
    ]),
  );
}

/** Pushes an image to the registry that its tag names. */
export const pushImage = (builder: Builder, tag: string): Promise<string> =>
  during(`push ${tag}`, program(builder, ['push', tag]));

/** Finds the first builder that answers: a docker without its daemon builds nothing. @throws InputError with what each one says */
async function findBuilder(): Promise<Builder> {
  const problems: Problem[] = [];
  for (const builder of BUILDERS) {
    try {
      await program(builder, ['version']);
      return builder;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
    }
  }
  throw new InputError(problems.map((problem) => ({ ...problem, expected: `one of ${BUILDERS.join(', ')}` })));
}
