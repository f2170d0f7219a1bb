import type { Contract, RowKeys } from '@tianyan/contracts';
import { errorKind } from '@tianyan/kernel';
import { logTable } from '../names.js';
import type { WarehouseAdmin } from '../port.js';
import { batchName, loadOf, partName, type WriterBatch, type WriterMessage } from './batch.js';
import { type Incoming, isRefused, readIncoming, type Refused } from './incoming.js';
import { findKnownRows } from './known-rows.js';
import { JoinedInserts } from './joined-inserts.js';
import { type InsertPlan, partNames, planInsert, planRepair } from './plan.js';
import { findRefused } from './refused.js';
import { rowKeys } from './row-keys.js';

/** The records of a batch that came by themselves, or those of one announced load. */
export interface WrittenPart {
  /** Value of the `batch` column of every row that they have brought or killed. */
  batch: string;
  load: string | null;
  /** Accepted versions, never 0. */
  records: number;
  /** See `LandedBatch.keys`. */
  keys?: readonly RowKeys[];
}

/** What has become of a batch. */
export interface WrittenBatch {
  /** Value of the `batch` column where nothing belongs to a load. */
  batch: string;
  /** Each to be announced. */
  parts: readonly WrittenPart[];
  /** Accepted versions. 0: nothing has changed, there is nothing to announce. */
  records: number;
  tombstones: number;
  /** Messages that were handed to `onPoisoned`. */
  poisoned: number;
}

/**
 * Stream → warehouse, so that the current table and its copies show the newest version of each id and nothing else, and
 * the log rows of a batch name every scope, old and new, that it touched.
 */
export class TombstoneWriter<Message extends WriterMessage = WriterMessage> {
  private readonly inserts: JoinedInserts;

  /**
   * @param onPoisoned takes a message that can never be stored, with the reason in Chinese; when it has resolved the
   *   message is safe elsewhere. It may be called again for the same message after a crash.
   */
  constructor(
    private readonly warehouse: WarehouseAdmin,
    private readonly onPoisoned: (message: Message, reason: string) => Promise<void>,
  ) {
    this.inserts = new JoinedInserts((table, lines, token) => warehouse.insertLines(table, lines, token));
  }

  /**
   * Resolves when every row of the batch is visible. Repeating it, also with other cuts, changes nothing more.
   * Throws RetriableError when ClickHouse is out of reach or the partition is lost, anything else on a mistake.
   */
  async write(batch: WriterBatch<Message>, contract: Contract): Promise<WrittenBatch> {
    const read = batch.messages.map((message) => readIncoming(message, contract));
    const refused: Refused<Message>[] = read.filter((item) => isRefused(item));
    let incoming = read.filter((item): item is Incoming<Message> => !isRefused(item));
    let inserted: Inserted;
    try {
      inserted = await this.insert(batch, contract, incoming);
    } catch (error) {
      if (errorKind(error) !== 'poisoned') throw error;
      // Nothing of the insert was written. One bad row must not take the others with it.
      const bad = await findRefused(this.warehouse, contract, incoming);
      if (bad.length === 0) throw new Error(`ClickHouse refuses ${batchName(batch)}, but none of its messages`, { cause: error });
      refused.push(...bad);
      const messages = new Set(bad.map(({ message }) => message));
      incoming = incoming.filter(({ message }) => !messages.has(message));
      inserted = await this.insert(batch, contract, incoming);
    }
    for (const { message, reason } of refused) await this.onPoisoned(message, reason);
    const parts = partsOf(batch, incoming, inserted.keys);
    const { tombstones } = inserted;
    return { batch: batchName(batch), parts, records: incoming.length, tombstones, poisoned: refused.length };
  }

  private async insert(
    batch: WriterBatch<Message>,
    contract: Contract,
    incoming: readonly Incoming<Message>[],
  ): Promise<Inserted> {
    if (incoming.length === 0) return { tombstones: 0, keys: null };
    const ids = [...new Set(incoming.map((record) => record.id))];
    // Before the look-up: whoever is ready first knows that this one comes.
    const expected = this.inserts.expect(logTable(contract.type));
    let plan: InsertPlan;
    try {
      plan = planInsert(batch, incoming, await findKnownRows(this.warehouse, contract, ids));
      await batch.assertOwned();
      await expected.add(plan.lines, batchName(batch));
    } finally {
      expected.end();
    }
    const repaired = await this.repairIfLost(batch, contract, incoming);
    // What was repaired has further rows under these names.
    return { tombstones: plan.tombstones + repaired, keys: repaired > 0 ? null : rowKeys(contract, plan.lines) };
  }

  /**
   * Owning the partition before and after the insert means that nobody else inserted these ids between look-up and
   * insert. Otherwise looks again and kills what another writer has outdated; if there was something, the batch is
   * announced like any other although its offset can no longer be committed.
   */
  private async repairIfLost(batch: WriterBatch<Message>, contract: Contract, incoming: readonly Incoming[]): Promise<number> {
    try {
      await batch.assertOwned();
      return 0;
    } catch (error) {
      const names = partNames(batch, incoming);
      const known = await findKnownRows(this.warehouse, contract, [...names.keys()]);
      const repair = planRepair((id) => names.get(id) ?? batchName(batch), known);
      if (repair.tombstones === 0) throw error;
      await this.inserts.expect(logTable(contract.type)).add(repair.lines, `${batchName(batch)} repaired`);
      return repair.tombstones;
    }
  }
}

interface Inserted {
  tombstones: number;
  keys: ReadonlyMap<string, readonly RowKeys[]> | null;
}

function partsOf(batch: WriterBatch, incoming: readonly Incoming[], keys: Inserted['keys']): WrittenPart[] {
  return [...Map.groupBy(incoming, ({ message }) => loadOf(message))].map(([load, { length }]) => {
    const name = partName(batch, load);
    const named = keys?.get(name);
    return { batch: name, load, records: length, ...(named && { keys: named }) };
  });
}
