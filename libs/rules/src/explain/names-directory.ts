import { directoryDivision, directoryUnit } from '@tianyan/contracts';
import type { Clock } from '@tianyan/kernel';
import { currentTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { Names } from './explain.js';

const divisionSchema = z.object({
  code: z.string(),
  name: z.string(),
  level: z.enum(['county', 'township', 'village']),
  parentCode: z.string().nullable(),
});
/** A department belongs to no township. */
const unitSchema = z.object({ unitId: z.string(), name: z.string(), kind: z.string(), townshipCode: z.string().nullable() });

/** The county's places and units as its directory has them, and the name of each. */
export interface Directory extends Names {
  divisions: readonly z.output<typeof divisionSchema>[];
  units: readonly z.output<typeof unitSchema>[];
}

/** Names change a few times a year; what is written within this time of a change may still show the old one. */
const KEPT_MS = 30_000;
/** Of each kind. A county has some hundreds; a province a hundred thousand. */
const MAX_NAMES = 100_000;

const DIVISIONS = `SELECT divisionCode AS code, name, level, parentCode FROM ${currentTable(directoryDivision.type)} FINAL
  WHERE deleted = 0 ORDER BY code LIMIT ${MAX_NAMES}`;
const UNITS = `SELECT unitId, name, kind, townshipCode FROM ${currentTable(directoryUnit.type)} FINAL
  WHERE deleted = 0 ORDER BY unitId LIMIT ${MAX_NAMES}`;

/** Keeps the directory in memory and reads it again from time to time. */
export class NamesDirectory {
  /** As last read; empty before. */
  current: Directory = directoryOf([], []);
  private readAtMs = Number.NEGATIVE_INFINITY;
  private refreshing: Promise<Directory> | null = null;

  constructor(
    private readonly warehouse: WarehouseReader,
    private readonly machineClock: Clock,
  ) {}

  /** Not older than half a minute. An empty one is still being loaded: it is read again each time. */
  async refresh(): Promise<Directory> {
    const isKept = this.current.divisions.length > 0 && this.machineClock.nowMs() - this.readAtMs < KEPT_MS;
    if (isKept) return this.current;
    // One read at a time, however many requests wait for it.
    this.refreshing ??= this.readNow().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /** As it is at this moment; to be called before many findings are explained at once. */
  async readNow(): Promise<Directory> {
    const [divisions, units] = await Promise.all([
      readRows(this.warehouse, divisionSchema, { sql: DIVISIONS, params: {} }),
      readRows(this.warehouse, unitSchema, { sql: UNITS, params: {} }),
    ]);
    this.current = directoryOf(divisions, units);
    this.readAtMs = this.machineClock.nowMs();
    return this.current;
  }
}

function directoryOf(divisions: Directory['divisions'], units: Directory['units']): Directory {
  const byCode = new Map(divisions.map(({ code, name }) => [code, name]));
  const byUnit = new Map(units.map(({ unitId, name }) => [unitId, name]));
  return { divisions, units, unit: (code) => byUnit.get(code), division: (code) => byCode.get(code) };
}
