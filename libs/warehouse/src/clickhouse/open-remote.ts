import { createClient } from '@clickhouse/client';
import {
  assemble,
  DEFAULT_LIMITS,
  readOnlySettings,
  readSettings,
  type OpenWarehouse,
  type WarehouseLimits,
} from './open-warehouse.js';

/** A ClickHouse server or cluster over HTTP. Here settings given to the client travel with each request and do not stick. */
export async function openRemoteWarehouse(input: { url: string } & Partial<WarehouseLimits>): Promise<OpenWarehouse> {
  const limits = { ...DEFAULT_LIMITS, ...input };
  const connect = (settings: Record<string, number>) => createClient({ url: input.url, clickhouse_settings: settings });
  const writer = connect({});
  const readers = Array.from({ length: limits.readers }, () => connect(readSettings(limits)));
  return assemble(readers, [writer], connect(readOnlySettings(limits)));
}
