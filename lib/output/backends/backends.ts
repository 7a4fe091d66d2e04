import type { Team } from '../../fleet/model';
import type { InterceptBackend } from '../../fleet/intercept-backend';
import type { KindRef } from '../../kube/api';
import type { Backend } from './backend';
import { gateway } from './gateway';
import { mirrord } from './mirrord';
import { none } from './none';
import { ownBackend } from './own';
import { router } from './router';
import { telepresence } from './telepresence';

/** Each way in which requests of a session reach previews, by its name. docs/backends.md compares them. */
export const BACKENDS: Readonly<Record<InterceptBackend, Backend>> = { router, gateway, mirrord, telepresence, none };

/** Of a name that is nobody's nothing is made. */
export const backendOf = ({
  interceptBackend,
  ownBackend: own,
}: Pick<Team, 'interceptBackend' | 'ownBackend'>): Backend =>
  own ? ownBackend(own) : BACKENDS[interceptBackend as InterceptBackend];

const DEPLOYMENTS: KindRef = { apiVersion: 'apps/v1', plural: 'deployments' };

/** The kind of the object that a preview begins with, and that closing it deletes last: while one is there, the preview is open. */
export const openKind = ({ opens = DEPLOYMENTS }: Backend): KindRef => opens;

/** The group of a kind; empty for those of the core. */
export const groupOf = ({ apiVersion }: KindRef): string => (apiVersion.includes('/') ? apiVersion.split('/')[0]! : '');
