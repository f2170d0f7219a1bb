import type { SqlQuery, WarehouseReader } from '@tianyan/warehouse';

/** Answers each query with a failure: none can be made slow enough in a test. */
export class FailingWarehouse implements WarehouseReader {
  readonly asked: SqlQuery[] = [];
  constructor(private readonly failure: Error) {}

  async rows(query: SqlQuery): Promise<unknown[]> {
    this.asked.push(query);
    throw this.failure;
  }

  // oxlint-disable-next-line require-yield -- it fails before the first piece
  async *stream(): AsyncIterable<readonly unknown[]> {
    throw this.failure;
  }
}
