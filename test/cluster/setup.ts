import { apply, awaitKinds } from './kubectl';

/** Before the first test: the kinds that the output uses, from the folder that CRDS_DIR names. */
export default function installCrds(): void {
  const { CRDS_DIR } = process.env;
  if (!CRDS_DIR) return;
  apply(CRDS_DIR);
  awaitKinds();
}
