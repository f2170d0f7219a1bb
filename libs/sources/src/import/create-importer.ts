import { keyedDigest } from '@tianyan/contracts';
import { OutboundHosts, timerPause } from '@tianyan/kernel';
import { composeConnector, type OpenedParts } from '../compose-connector.js';
import type { Importer } from './import-file.js';

export interface ImporterParts extends Pick<
  OpenedParts,
  'postgres' | 'stream' | 'warehouse' | 'catalogue' | 'machineClock' | 'countyClock' | 'rng' | 'ids' | 'logger'
> {
  /** Key of the digests that stand for callers and matters; the product's own. */
  digestKey: string;
}

/** An importer without the rest of the connector: nothing is polled. The connector's tables must be there. */
export function createImporter({ digestKey, ...opened }: ImporterParts): Importer {
  return composeConnector({
    ...opened,
    digest: keyedDigest(digestKey),
    pause: timerPause,
    outbound: new OutboundHosts([]),
    configured: [],
    secrets: {},
    startMend: () => Promise.reject(new RangeError('an import mends nothing')),
  }).importer;
}
