import type { Reach } from '@tianyan/access';
import { fieldOfKey, isOpenCreditCode, isSupplied, type Catalogue, type Contract } from '@tianyan/contracts';
import type { Directory } from '@tianyan/rules';
import { byIdTable, currentTable } from '@tianyan/warehouse';
import { withinReachOf, type Condition, type CurrentRecord, type CurrentRecords } from './current-records.js';

interface Within {
  reach: Reach;
  directory: Directory;
}

/**
 * All records that bear the unified social credit code of one firm. Never by name: two firms may have one name. The code of a sole trader is that of
 * a person, and nothing is gathered under it.
 */
export class FirmRecords {
  constructor(private readonly parts: { records: CurrentRecords; catalogue: Catalogue }) {}

  /** By type, the newest first; what says no place and belongs to nothing that does is read with the whole county alone. */
  async bearing(within: Within, code: string, limit: number): Promise<CurrentRecord[][]> {
    if (!isOpenCreditCode(code)) return [];
    return Promise.all(
      this.parts.catalogue
        .all()
        .filter(isSupplied)
        .flatMap((contract) => {
          const fields = firmFields(contract);
          const reached = this.reached(within, contract);
          if (fields.length === 0 || reached === null) return [];
          const isBorne = `(${fields.map((field) => `${field} = {code:String}`).join(' OR ')})`;
          // Looked through without putting versions together, and only what bears the code is.
          const candidates = `id IN (SELECT id FROM ${currentTable(contract.type)} WHERE ${isBorne})`;
          const where = { sql: `${candidates} AND ${isBorne} AND ${reached.sql}`, params: { code, ...reached.params } };
          return [this.parts.records.find(contract, byIdTable(contract.type), where, limit)];
        }),
    );
  }

  /** Within reach by its own place; a bid names none, and lies where its listing lies, by all that the systems say of that. */
  private reached({ reach, directory }: Within, contract: Contract): Condition | null {
    const townships = reach.townshipCodes;
    if (townships === null || saysPlace(contract)) return withinReachOf(reach, contract, directory);
    const field = fieldOfKey(contract, 'listing');
    const listing = this.parts.catalogue.find('trading.listing');
    const listingId = listing && fieldOfKey(listing, 'listing');
    const township = listing && fieldOfKey(listing, 'township');
    if (field === null || !listingId || !township) return null;
    const isFar = `NOT (${township} IN (SELECT arrayJoin({townships:Array(String)})))`;
    const near = `SELECT ${listingId} FROM ${byIdTable(listing.type)} FINAL WHERE deleted = 0 GROUP BY ${listingId} HAVING countIf(${isFar}) = 0`;
    return { sql: `${field} IN (${near})`, params: { townships } };
  }
}

/** The fields that hold the credit code of a firm: a list names two. */
function firmFields(contract: Contract): string[] {
  return Object.entries(contract.fields).flatMap(([name, { key }]) => (key === 'firm' ? [name] : []));
}

const saysPlace = (contract: Contract): boolean =>
  fieldOfKey(contract, 'township') !== null || fieldOfKey(contract, 'village') !== null;
