import type { Clock } from '@tianyan/kernel';
import { currentTable, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';

const divisionSchema = z.object({
  code: z.string(),
  name: z.string(),
  level: z.enum(['county', 'township', 'village']),
  parentCode: z.string().nullable(),
});
export type Division = z.infer<typeof divisionSchema>;
const unitSchema = z.object({ unitId: z.string(), name: z.string(), kind: z.string() });
export type Unit = z.infer<typeof unitSchema>;

/** A new name is shown after so long at most; without the pause every row of a list would ask the warehouse. */
const FRESH_MS = 30_000;
/** A county has some hundreds; a city some ten thousand. */
const MAX_NAMES = 50_000;

export interface Names {
  divisions: readonly Division[];
  units: readonly Unit[];
  divisionName(code: string): string | null;
  unitName(unitId: string): string | null;
}

/** Names of divisions and units, out of the directory's records. */
export class NamesDirectory {
  private known: { names: Names; readAtMs: number } | null = null;
  private reading: Promise<Names> | null = null;

  constructor(
    private readonly warehouse: WarehouseReader,
    private readonly machineClock: Clock,
  ) {}

  async names(): Promise<Names> {
    if (this.known && this.machineClock.nowMs() - this.known.readAtMs < FRESH_MS) return this.known.names;
    // One read at a time, however many requests wait for it.
    this.reading ??= this.read().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async read(): Promise<Names> {
    const [divisionRows, unitRows] = await Promise.all([
      this.warehouse.rows({
        sql: `SELECT divisionCode AS code, name, level, parentCode FROM ${currentTable('directory.division')} FINAL WHERE deleted = 0 ORDER BY code LIMIT ${MAX_NAMES}`,
        params: {},
      }),
      this.warehouse.rows({
        sql: `SELECT unitId, name, kind FROM ${currentTable('directory.unit')} FINAL WHERE deleted = 0 ORDER BY unitId LIMIT ${MAX_NAMES}`,
        params: {},
      }),
    ]);
    const divisions = z.array(divisionSchema).parse(divisionRows);
    const units = z.array(unitSchema).parse(unitRows);
    const byCode = new Map(divisions.map((division) => [division.code, division.name]));
    const byUnit = new Map(units.map((unit) => [unit.unitId, unit.name]));
    const names: Names = {
      divisions,
      units,
      divisionName: (code) => byCode.get(code) ?? null,
      unitName: (unitId) => byUnit.get(unitId) ?? null,
    };
    // An empty directory is still being loaded: ask again next time.
    if (divisions.length > 0) this.known = { names, readAtMs: this.machineClock.nowMs() };
    return names;
  }
}
