import { type Catalogue, LANDED_TOPIC, type LandedBatch } from '@tianyan/contracts';
import type { Clock, IdSource } from '@tianyan/kernel';
import type { StreamProducer } from '@tianyan/stream';
import { findDoubleLiveRows, repairDoubleLiveRows, type WarehouseAdmin } from '@tianyan/warehouse';

/** The nightly proof that no id has two live rows, and the repair where one has. */
export class DoubleLiveRowCheck {
  constructor(
    private readonly parts: {
      catalogue: Catalogue;
      warehouse: WarehouseAdmin;
      producer: Pick<StreamProducer, 'publish'>;
      clock: Clock;
      ids: IdSource;
    },
  ) {}

  /** Repairs and announces; returns how many ids had two live rows. More than 0 means that something is wrong. */
  async run(): Promise<number> {
    const { catalogue, warehouse, producer, clock, ids } = this.parts;
    let repaired = 0;
    for (const contract of catalogue.all()) {
      const double = await findDoubleLiveRows(warehouse, contract);
      if (double.length === 0) continue;
      const { batch, tombstones } = await repairDoubleLiveRows(warehouse, contract, double, ids.next());
      const landed: LandedBatch = { batch, type: contract.type, records: tombstones, firstAppendedAtMs: clock.nowMs() };
      await producer.publish(LANDED_TOPIC, [{ key: contract.type, value: JSON.stringify(landed) }]);
      repaired += double.length;
    }
    return repaired;
  }
}
