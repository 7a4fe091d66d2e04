import type { Installation, OperatorSource, Step } from './plan-step';
import { COMPONENTS, ONE, OPERATOR, each } from './plan-step';
import { list } from '../words/phrase';
import { compareVersions } from '../words/version';

/**
 * Steps between releases and the operator. Both own the same objects by the same names, and the operator makes itself the owner of
 * what it installs, definitions and namespaces included: whoever deletes its TektonConfig deletes these, and with them every run.
 * https://github.com/tektoncd/operator/blob/main/pkg/reconciler/kubernetes/tektoninstallerset/transformer.go
 */

const KEEPS_DEFINITIONS = COMPONENTS.map((component) =>
  component === 'definitions'
    ? ({ component, action: 'keep', why: 'with a definition, every run would go' } as const)
    : ({ component, action: 'remove' } as const),
);
const STANDS_STILL =
  'from here until the last step is done no run starts, and nothing new is taken; pods that run go on, and their runs are taken up again';

/** Neither the old keeper nor the new one may remove what both own. */
const letGo = (...notes: readonly string[]): Step => ({
  what: 'change',
  subject: 'who keeps Tekton',
  effects: each('none'),
  before: [],
  notes: [
    'take tekton out of the cluster file, synth, commit: Argo CD lets go of what is installed, and removes nothing',
    ...notes,
  ],
});

/** From what releases have installed to the operator. */
export function toOperator(from: Installation): readonly Step[] {
  const versions = [from.one, from.shared?.version, ...[...from.instances.values()].map(({ version }) => version)];
  const there = [...new Set(versions.filter((version) => version !== undefined))].sort(compareVersions);
  const install: Step = {
    what: 'install',
    subject: OPERATOR,
    effects:
      there.length === 0
        ? each('install')
        : each('install').map((effect) =>
            effect.component === 'definitions' ? { ...effect, action: 'take over' } : effect,
          ),
    before:
      there.length === 0
        ? []
        : [
            `the channel gives a Tekton that is not older than ${list(there, 'and')}: definitions do not go back`,
            ...(from.instances.size > 0
              ? ['no team names an instance: the operator has one Tekton, of all namespaces']
              : []),
          ],
    notes: there.length === 0 ? [] : ['its controller takes up the runs that stood still'],
  };
  if (there.length === 0) return [install];
  return [
    letGo('with one commit for all, Argo CD would prune by name what the operator has just made'),
    {
      what: 'uninstall',
      subject: `${from.one === undefined ? 'Tektons' : ONE}: programs and settings`,
      effects: KEEPS_DEFINITIONS,
      before: [
        'the files that dist/install/<cluster>/ had are at hand: git show <commit>:dist/install/<cluster>/<file>',
      ],
      notes: [
        'kubectl delete -f of the files in the opposite order, 40-controllers.yaml first, but never of 10-definitions.yaml and 00-namespaces.yaml',
        STANDS_STILL,
      ],
    },
    install,
  ];
}

/** What ends the operator; what is installed after it finds the definitions there. */
export const FROM_OPERATOR: readonly Step[] = [
  letGo(),
  {
    what: 'change',
    subject: 'owners of definitions and namespaces',
    effects: each('none'),
    before: ['the operator is not upgrading: it writes owners again when it installs a version'],
    notes: [
      'kubectl patch of each definition of tekton.dev, and of the namespaces of Tekton: remove metadata.ownerReferences; docs/upgrading.md has the lines',
      'without this, the next step deletes every run of the cluster',
    ],
  },
  {
    what: 'uninstall',
    subject: OPERATOR,
    effects: KEEPS_DEFINITIONS,
    before: ['kubectl get crd pipelineruns.tekton.dev --output=jsonpath={.metadata.ownerReferences} prints nothing'],
    notes: [
      'kubectl delete tektonconfig config, wait until it has gone, and only then delete the Subscription and its ClusterServiceVersion',
      STANDS_STILL,
    ],
  },
];

/** Another channel or catalog: OLM decides what follows. */
export function stepOfOperator(from: OperatorSource, to: OperatorSource): readonly Step[] {
  const keys = ['channel', 'catalog', 'startingCSV'] as const;
  const changed = keys.filter((key) => from[key] !== to[key]);
  if (changed.length === 0) return [];
  return [
    {
      what: 'change',
      subject: `${OPERATOR}: ${list(changed, 'and')}`,
      effects: [],
      before: [],
      notes: [
        ...changed.map((key) => `${key} goes from ${from[key] ?? 'what OLM has'} to ${to[key] ?? 'what OLM has'}`),
        'OLM goes on to the newest version of the channel and never back: a catalog with older versions changes nothing',
        ...(changed.includes('startingCSV') ? ['startingCSV is read once, when the Subscription is new'] : []),
      ],
    },
  ];
}
