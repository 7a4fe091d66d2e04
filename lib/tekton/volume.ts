import type { Origin, StringValue } from './value';
import { Expression } from './value';

/** A volume of a Task; names may come from params. https://tekton.dev/docs/pipelines/tasks/#specifying-volumes */
export type Volume = { readonly name: string } & (
  | { readonly emptyDir: { readonly sizeLimit?: string; readonly medium?: 'Memory' } }
  | {
      readonly secret: {
        readonly secretName: StringValue;
        readonly optional?: boolean;
        readonly defaultMode?: number;
        readonly items?: readonly { readonly key: string; readonly path: string }[];
      };
    }
  | {
      readonly configMap: {
        readonly name: StringValue;
        readonly optional?: boolean;
        readonly defaultMode?: number;
        readonly items?: readonly { readonly key: string; readonly path: string }[];
      };
    }
  | { readonly persistentVolumeClaim: { readonly claimName: StringValue; readonly readOnly?: boolean } }
);

/** Where a step finds a volume of its Task. */
export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

/** Where the expressions of a volume come from. */
export const originsInVolume = (volume: Volume): readonly Origin[] => originsIn(volume);

function originsIn(data: unknown): readonly Origin[] {
  if (data instanceof Expression) return data.origins;
  return data !== null && typeof data === 'object' ? Object.values(data).flatMap(originsIn) : [];
}

/** A volume on the wire: the same data with every expression rendered. */
export function renderVolume(data: unknown): unknown {
  if (data instanceof Expression) return data.rendered;
  if (Array.isArray(data)) return data.map(renderVolume);
  if (data !== null && typeof data === 'object')
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, renderVolume(value)]));
  return data;
}
