import type { Team } from '../../../fleet/model';
import type { Toolchain } from '../../../fleet/toolchains';
import { toolchainNamed } from '../../../fleet/toolchains';
import { list } from '../../../words/phrase';
import { SynthError } from '../../../words/problem';

/**
 * The toolchain that a Task is made for.
 * @throws SynthError[unknown-toolchain] for a name that neither this program nor fleet.ts has
 */
export function toolchainOf({ toolchains }: Pick<Team, 'toolchains'>, name: string): Toolchain {
  const found = toolchainNamed(toolchains, name);
  if (found === undefined)
    throw new SynthError(
      'unknown-toolchain',
      `no toolchain is called '${name}': there is ${list(toolchains.map((one) => one.name))}, and toolchains of fleet.ts adds others`,
    );
  return found;
}
