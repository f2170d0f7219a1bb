import type { Reach } from '@tianyan/access';
import { directoryDivision, directoryUnit } from '@tianyan/contracts';
import { currentTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { PlaceKind } from './figures.js';

/** Something that a scorecard can be about. */
export interface ScorecardPlace {
  code: string;
  /** Its code where the directory has no name. */
  name: string;
  /** To which it belongs; of a department none. */
  townshipCode: string | null;
  /** Name of the township of a village, Chinese. */
  townshipName: string | null;
}

/** Of each kind; a county has some hundreds of villages. */
const MAX_PLACES = 20_000;

const unitRow = z.object({ code: z.string(), name: z.string(), townshipCode: z.string().nullable() });
const divisionRow = z.object({
  code: z.string(),
  name: z.string(),
  level: z.enum(['county', 'township', 'village']),
  parentCode: z.string().nullable(),
});

const UNITS = `SELECT unitId AS code, name, townshipCode FROM ${currentTable(directoryUnit.type)} FINAL
  WHERE deleted = 0 ORDER BY code LIMIT ${MAX_PLACES}`;
const DIVISIONS = `SELECT divisionCode AS code, name, level, parentCode FROM ${currentTable(directoryDivision.type)} FINAL
  WHERE deleted = 0 ORDER BY code LIMIT ${MAX_PLACES}`;

export const COUNTY_CODE = 'county';

/** The places of a kind as the county's directory has them. */
export async function readPlaces(warehouse: WarehouseReader, kind: PlaceKind): Promise<readonly ScorecardPlace[]> {
  const divisions = await readRows(warehouse, divisionRow, { sql: DIVISIONS, params: {} });
  const names = new Map(divisions.map(({ code, name }) => [code, name]));
  const nameOf = (code: string | null) => (code === null ? null : (names.get(code) ?? null));
  switch (kind) {
    case 'unit': {
      const units = await readRows(warehouse, unitRow, { sql: UNITS, params: {} });
      return units.map((unit) => ({ ...unit, townshipName: nameOf(unit.townshipCode) }));
    }
    case 'township':
      return ofLevel(divisions, 'township').map(({ code, name }) => ({ code, name, townshipCode: code, townshipName: null }));
    case 'village':
      return ofLevel(divisions, 'village').map(({ code, name, parentCode }) => ({
        code,
        name,
        townshipCode: parentCode,
        townshipName: nameOf(parentCode),
      }));
    case 'county': {
      const name = ofLevel(divisions, 'county')[0]?.name ?? '全县';
      return [{ code: COUNTY_CODE, name, townshipCode: null, townshipName: null }];
    }
  }
}

function ofLevel(divisions: readonly z.output<typeof divisionRow>[], level: 'county' | 'township' | 'village') {
  return divisions.filter((division) => division.level === level);
}

/** A place of the reach; of no township are the county itself and departments, for the whole county alone. */
export function isWithin(reach: Reach, place: ScorecardPlace): boolean {
  return reach.covers(place.townshipCode);
}

/** Units, townships and villages of the county's directory, for people. */
export class Places {
  constructor(private readonly warehouse: WarehouseReader) {}

  /** Null: there is none, or it lies out of reach. */
  async find(reach: Reach, kind: PlaceKind, code: string): Promise<ScorecardPlace | null> {
    const all = await readPlaces(this.warehouse, kind);
    return all.find((place) => place.code === code && isWithin(reach, place)) ?? null;
  }
}
