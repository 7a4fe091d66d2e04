import type { Construct } from 'constructs';
import { LABELS } from '../../words/labels';
import { SESSION_PATTERN, accountName } from '../../words/names';
import type { Team } from '../../fleet/model';
import { BACKENDS, groupOf } from '../backends/backends';
import { ownBackend } from '../backends/own';
import { admissionPolicy, rule } from './admission-policy';

const ACCOUNT = `request.userInfo.username.startsWith('system:serviceaccount:') && request.userInfo.username.endsWith(':${accountName('preview')}')`;

/** An object of a preview: labelled with its session, and named `<app>-<session>`. */
function isPreview(object: string): string {
  const labels = `${object}.metadata.labels`;
  const session = `${labels}['${LABELS.session}']`;
  return `has(${labels}) && '${LABELS.session}' in ${labels} && ${session}.matches('${SESSION_PATTERN}') && ${object}.metadata.name.endsWith('-' + ${session})`;
}

/** Labels by which a preview's pods are found, and never those of the stable app: the stable Service must not lead there. */
const isOfPreview = (labels: string): string =>
  `has(${labels}) && '${LABELS.track}' in ${labels} && ${labels}['${LABELS.track}'] == 'preview' && '${LABELS.session}' in ${labels} && ${labels}['${LABELS.session}'] == object.metadata.labels['${LABELS.session}']`;

/** A list in CEL. */
const list = (texts: readonly string[]): string => `[${texts.map((text) => `'${text}'`).join(', ')}]`;

const CHANGES = ['CREATE', 'UPDATE', 'DELETE'] as const;
const MATCH = [{ name: 'preview-account', expression: ACCOUNT }];

/**
 * Renders what roles cannot say of the `preview` accounts of all teams: they touch previews and nothing that is stable,
 * their pods take no account that could do more and no place behind the stable Service, and their Services stay inside
 * the cluster.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function previewPolicy(scope: Construct, teams: readonly Team[]): void {
  const backends = [
    ...Object.values(BACKENDS),
    ...teams.flatMap(({ ownBackend: own }) => (own ? ownBackend(own) : [])),
  ];
  const guarded = backends.flatMap(({ kinds }) => kinds.filter(({ isGuarded }) => isGuarded));
  const leading = [...new Map(guarded.map((kind) => [`${kind.apiVersion}/${kind.plural}`, kind])).values()];
  const accounts = backends.flatMap(({ account }) => account ?? []);
  const deployments = rule('apps', 'v1', 'deployments', CHANGES);
  admissionPolicy(scope, 'tekton-dag-preview-objects', {
    rules: [
      deployments,
      rule('', 'v1', 'services', CHANGES),
      ...leading.map((kind) => rule(groupOf(kind), kind.apiVersion.split('/').at(-1)!, kind.plural, CHANGES)),
    ],
    matchConditions: MATCH,
    validations: [
      {
        expression: `object == null || ${isPreview('object')}`,
        message: `a preview is named <app>-<session> and has label ${LABELS.session}`,
      },
      { expression: `oldObject == null || ${isPreview('oldObject')}`, message: 'this object is not a preview' },
    ],
  });
  const pod = 'object.spec.template.spec';
  admissionPolicy(scope, 'tekton-dag-preview-pods', {
    rules: [deployments],
    matchConditions: MATCH,
    validations: [
      {
        expression: `object == null || !has(${pod}.serviceAccountName) || ${pod}.serviceAccountName in ${list(['', 'default', ...accounts])}`,
        message: 'pods of a preview run as the default account',
      },
      {
        expression: `object == null || !(${isPreview('object')}) || ${isOfPreview('object.spec.template.metadata.labels')}`,
        message: `pods of a preview have label ${LABELS.track}: preview, and ${LABELS.session} as their Deployment has it`,
      },
    ],
  });
  const service = 'object.spec';
  admissionPolicy(scope, 'tekton-dag-preview-services', {
    rules: [rule('', 'v1', 'services', CHANGES)],
    matchConditions: MATCH,
    validations: [
      {
        expression: `object == null || ((!has(${service}.type) || ${service}.type == 'ClusterIP') && (!has(${service}.externalIPs) || size(${service}.externalIPs) == 0))`,
        message: 'a Service of a preview is of type ClusterIP and has no externalIPs',
      },
      {
        expression: `object == null || !(${isPreview('object')}) || ${isOfPreview(`${service}.selector`)}`,
        message: `a Service of a preview leads to its own pods: it selects ${LABELS.track}: preview and its ${LABELS.session}`,
      },
    ],
  });
}
