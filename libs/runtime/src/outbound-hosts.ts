import { LOOPBACK_NETWORKS, OutboundHosts } from '@tianyan/kernel';
import type { TianyanConfig } from './config.js';

/** Where sources and webhooks of this process may lead. The systems of a simulated county stand on this machine. */
export function outboundHosts(config: Pick<TianyanConfig, 'allowedLocalAddresses' | 'sandboxServer'>): OutboundHosts {
  return new OutboundHosts([...config.allowedLocalAddresses, ...(config.sandboxServer === null ? [] : LOOPBACK_NETWORKS)]);
}
