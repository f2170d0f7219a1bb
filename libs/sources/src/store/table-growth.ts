import { execute, type Pool } from '@tianyan/postgres';

/** Rows after which statistics are made the first time; PostgreSQL by itself looks once a minute, which is half an import later. */
const FIRST_ANALYSED_ROWS = 5_000;

/** Has PostgreSQL count a table again each time this process has doubled what it wrote: its plans rest on these figures. */
export class TableGrowth {
  private rows = 0;
  private analyseAt = FIRST_ANALYSED_ROWS;

  /** @param table a name of our own, never one that came from outside */
  constructor(
    private readonly pool: Pool,
    private readonly table: 'snapshot_row',
  ) {}

  async grewBy(rows: number): Promise<void> {
    this.rows += rows;
    if (this.rows < this.analyseAt) return;
    this.analyseAt = this.rows * 2;
    await execute(this.pool, `ANALYZE ${this.table}`);
  }
}
