import { directoryDivision, directoryUnit } from '@tianyan/contracts';
import { MINUTE_MS, type Clock } from '@tianyan/kernel';
import type { Names } from '@tianyan/rules';
import { currentTable, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';

/** Names change a few times a year; an explanation written within this time of a change may still show the old one. */
const KEPT_MS = MINUTE_MS;
/** Units and divisions of a county; a province has ten times as many. */
const MAX_NAMES = 100_000;

const rowSchema = z.object({ code: z.string(), name: z.string() });

/** Names of units, villages and townships, for explanations. Kept in memory and read again from time to time. */
export class DirectoryNames implements Names {
  private units: ReadonlyMap<string, string> = new Map();
  private divisions: ReadonlyMap<string, string> = new Map();
  private readAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly warehouse: WarehouseReader,
    private readonly clock: Clock,
  ) {}

  /** Reads the directory again when it is older than a minute. */
  async refresh(): Promise<void> {
    if (this.clock.nowMs() - this.readAtMs >= KEPT_MS) await this.readNow();
  }

  /** To be called before many findings are explained at once. */
  async readNow(): Promise<void> {
    this.units = await this.read(directoryUnit.type, 'unitId');
    this.divisions = await this.read(directoryDivision.type, 'divisionCode');
    this.readAtMs = this.clock.nowMs();
  }

  unit(code: string): string | undefined {
    return this.units.get(code);
  }

  /** Of a village or a township. */
  division(code: string): string | undefined {
    return this.divisions.get(code);
  }

  private async read(type: string, codeColumn: string): Promise<ReadonlyMap<string, string>> {
    const sql = `SELECT ${codeColumn} AS code, name FROM ${currentTable(type)} FINAL LIMIT ${MAX_NAMES}`;
    const rows = await this.warehouse.rows<unknown>({ sql, params: {} });
    return new Map(rows.map((row) => rowSchema.parse(row)).map(({ code, name }) => [code, name]));
  }
}
