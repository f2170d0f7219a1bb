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
/** While its first load runs it has more names at each look: a page that was opened between two of them would show codes for half a minute, and lead nowhere. */
const GROWING_KEPT_MS = 1_000;
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
  private keptMs = 0;
  private refreshing: Promise<Directory> | null = null;

  constructor(
    private readonly warehouse: WarehouseReader,
    private readonly machineClock: Clock,
  ) {}

  /** Not older than half a minute. One that has no places yet, or more names than before, is still being loaded: it is read again at once, or after a second. */
  async refresh(): Promise<Directory> {
    if (this.machineClock.nowMs() - this.readAtMs < this.keptMs) return this.current;
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
    const before = sizeOf(this.current);
    this.current = directoryOf(divisions, units);
    this.keptMs = divisions.length === 0 ? 0 : sizeOf(this.current) > before ? GROWING_KEPT_MS : KEPT_MS;
    this.readAtMs = this.machineClock.nowMs();
    return this.current;
  }
}

function sizeOf({ divisions, units }: Directory): number {
  return divisions.length + units.length;
}

function directoryOf(divisions: Directory['divisions'], units: Directory['units']): Directory {
  const byCode = new Map(divisions.map(({ code, name }) => [code, name]));
  const byUnit = new Map(units.map(({ unitId, name }) => [unitId, name]));
  return { divisions, units, unit: (code) => byUnit.get(code), division: (code) => byCode.get(code) };
}
