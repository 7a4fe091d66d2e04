import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Kind, Metadata } from './emit';
import { emit } from './emit';

/** Where an object lives: a namespace, or none for what the cluster holds once. Always said, whatever the chart's default. */
export type Placed = Metadata & { readonly namespace: string | undefined };

/** Emits one object as a construct of its own, `<Kind>-<name>`, or `<Kind>-<namespace>-<name>` where a chart has several namespaces. */
export function object<Props extends object>(
  scope: Construct,
  kind: Kind<Props>,
  metadata: Placed,
  body: Omit<Props, 'metadata'>,
): ApiObject {
  const id = [kind.GVK.kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('-');
  return emit(new Construct(scope, id), kind, metadata, body);
}
