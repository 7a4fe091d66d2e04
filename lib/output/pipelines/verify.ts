import type { Construct } from 'constructs';
import type { PipelineContext } from './context';
import { TIMEOUTS, stackPipeline } from './context';
import { verifyParams } from '../../runs/run/params';
import { verifyRepository } from '../tasks/test/verify';
import { platformOf } from '../tasks/shared/platform';

/** Checks this repository at a revision inside the cluster: the stack is valid, and `dist/` is what synth makes of it. */
export function verify(scope: Construct, context: PipelineContext): void {
  const pipeline = stackPipeline(scope, context, 'verify', 'Checks the definition', verifyParams());
  pipeline.task('verify', context.tasks.use(verifyRepository), {
    timeout: TIMEOUTS.test,
    params: {
      revision: pipeline.params.revision,
      stack: context.stack.file,
      url: platformOf(context.team).url,
    },
  });
}
