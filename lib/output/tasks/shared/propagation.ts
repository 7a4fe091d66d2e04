import { DEFAULTS } from '../../../fleet/stack';
import { Param } from '../../../tekton/param';

/** Params of a Task that sends requests of a session, as the stack propagates it. */
export const PROPAGATION = {
  session: Param.string({ description: 'Value of the header' }),
  header: Param.string({ default: DEFAULTS.headerName, description: 'Header that tells the session' }),
  'baggage-key': Param.string({ default: DEFAULTS.baggageKey, description: 'Member of baggage that tells it, too' }),
};
