import type { Contract } from '@tianyan/contracts';
import { logTable } from '../names.js';
import type { WarehouseAdmin } from '../port.js';
import { batchName, type WriterBatch, type WriterMessage } from './batch.js';
import { type Incoming, readIncoming } from './incoming.js';
import { findKnownRows } from './known-rows.js';
import { planInsert } from './plan.js';

/** What has become of a batch. */
export interface WrittenBatch {
  /** Value of the `batch` column of every row that the batch has brought or killed. */
  batch: string;
  /** Accepted versions. */
  records: number;
  tombstones: number;
  poisoned: number;
}

/**
 * Stream → warehouse, so that the current table and its copies show the newest version of each id and nothing else, and
 * the log rows of a batch name every scope, old and new, that it touched.
 */
export class TombstoneWriter<Message extends WriterMessage = WriterMessage> {
  constructor(
    private readonly warehouse: WarehouseAdmin,
    private readonly onPoisoned: (message: Message, reason: string) => Promise<void>,
  ) {}

  async write(batch: WriterBatch<Message>, contract: Contract): Promise<WrittenBatch> {
    const name = batchName(batch);
    const incoming: Incoming<Message>[] = [];
    for (const message of batch.messages) {
      const read = readIncoming(message);
      if (read) incoming.push(read);
      else await this.onPoisoned(message, '消息格式不对，无法入库');
    }
    const ids = [...new Set(incoming.map((record) => record.id))];
    const known = await findKnownRows(this.warehouse, contract, ids);
    const plan = planInsert(name, incoming, known);
    await batch.assertOwned();
    await this.warehouse.insertLines(logTable(contract.type), plan.lines, name);
    return {
      batch: name,
      records: incoming.length,
      tombstones: plan.tombstones,
      poisoned: batch.messages.length - incoming.length,
    };
  }
}
