import type { Contract } from '@tianyan/contracts';
import { errorKind } from '@tianyan/kernel';
import { checkTable } from '../names.js';
import type { WarehouseAdmin } from '../port.js';
import type { WriterMessage } from './batch.js';
import { type Incoming, isRefused, lineOf, parseIncoming, type Refused } from './incoming.js';

/**
 * Finds the records that ClickHouse refuses, by halving: each half is inserted into a table that keeps nothing, so that
 * exactly the parser of the real insert decides.
 */
export async function findRefused<Message extends WriterMessage>(
  warehouse: WarehouseAdmin,
  contract: Contract,
  incoming: readonly Incoming<Message>[],
): Promise<Refused<Message>[]> {
  if (incoming.length === 0 || (await isAccepted(warehouse, contract, incoming))) return [];
  const [only] = incoming;
  if (only && incoming.length === 1) return [refusal(contract, only)];
  const middle = Math.ceil(incoming.length / 2);
  return [
    ...(await findRefused(warehouse, contract, incoming.slice(0, middle))),
    ...(await findRefused(warehouse, contract, incoming.slice(middle))),
  ];
}

async function isAccepted(warehouse: WarehouseAdmin, contract: Contract, incoming: readonly Incoming[]): Promise<boolean> {
  try {
    const lines = incoming.map((record) => lineOf(record, ''));
    await warehouse.insertLines(checkTable(contract.type), lines, 'check');
    return true;
  } catch (error) {
    if (errorKind(error) === 'poisoned') return false;
    throw error;
  }
}

/** The contract says it better than ClickHouse, where it sees the mistake at all. */
function refusal<Message extends WriterMessage>(contract: Contract, record: Incoming<Message>): Refused<Message> {
  const parsed = parseIncoming(record.message, contract);
  if (isRefused(parsed)) return { message: record.message, reason: parsed.reason };
  return { message: record.message, reason: '记录符合数据契约，但数据库不接受其中的值（例如残缺的字符），无法入库' };
}
