import { domainsOf, secondsKept } from './corefile';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { judged } from './reading';

/** Services have their names below the domain that the cluster's file says. */

const found = findings('dns');
/** Where kubeadm, Kind and most others keep the configuration of CoreDNS. */
export const DNS_CONFIG = { namespace: 'kube-system', name: 'coredns', key: 'Corefile' } as const;
const PLACE = `ConfigMap ${DNS_CONFIG.namespace}/${DNS_CONFIG.name}`;

/** @param domain as the cluster's file says, or the default */
export const checkDns = (
  domain: string,
  read: Read<{ readonly data?: Readonly<Record<string, string>> } | undefined>,
): readonly Finding[] =>
  judged('dns', PLACE, read, (map) => {
    const corefile = map?.data?.[DNS_CONFIG.key];
    const domains = corefile === undefined ? [] : domainsOf(corefile);
    if (domains.length === 0)
      return [
        {
          ...found('note', `domain ${domain}`, `not known: ${PLACE} does not say which domain Services have`),
          notChecked: true,
        },
      ];
    if (!domains.includes(domain))
      return [
        found(
          'error',
          `domain ${domain}`,
          `Services have names below ${domains.join(', ')}, as ${PLACE} says`,
          `say domain: ${domains[0]} in the cluster's file`,
        ),
      ];
    return slowToFollow(domain, secondsKept(corefile!, domain));
  });

/** How late a router may follow a preview that comes or goes. */
const LATE_SECONDS = 5;

const slowToFollow = (domain: string, seconds: number): readonly Finding[] =>
  seconds <= LATE_SECONDS
    ? []
    : [
        found(
          'note',
          `domain ${domain}`,
          `CoreDNS keeps answers about Services for ${seconds} seconds, as ${PLACE} says: a router may lead to a preview for so long after it is closed`,
          `add these lines to plugin cache in ${PLACE}, as the Corefile that kubeadm writes has them:
  disable success ${domain}
  disable denial ${domain}`,
        ),
      ];
