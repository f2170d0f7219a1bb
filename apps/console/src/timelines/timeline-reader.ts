import type { Reach } from '@tianyan/access';
import { fieldOfKey, isSupplied, type Catalogue, type Contract } from '@tianyan/contracts';
import type { Directory } from '@tianyan/rules';
import type { ThingKind, TimelineKind } from '../api/index.js';
import type { CurrentRecord, CurrentRecords } from './current-records.js';
import { FirmRecords } from './firm-records.js';

/** Records shown of one type, and of all: an order has some dozens; what has more is read in the systems themselves. */
const MAX_OF_TYPE = 200;
const MAX_RECORDS = 300;

/** The type of the record that says what the thing is. */
const OWN_TYPES: Readonly<Record<ThingKind, string>> = {
  order: 'hotline.order',
  contract: 'assets.contract',
  project: 'assets.project',
  asset: 'assets.asset',
  listing: 'trading.listing',
};

/** What findings and records call the number of a thing. */
export function codeFieldOf(catalogue: Catalogue, kind: ThingKind): { contract: Contract; field: string } {
  const contract = catalogue.get(OWN_TYPES[kind]);
  const field = fieldOfKey(contract, kind);
  if (field === null) throw new TypeError(`${contract.type} has no number of a ${kind}`);
  return { contract, field };
}

/** Which types name a thing of the kind, and in which field. */
export function namingFields(catalogue: Catalogue, kind: ThingKind | 'agent'): { type: Contract; field: string }[] {
  return catalogue
    .all()
    .filter(isSupplied)
    .flatMap((type) => {
      const field = fieldOfKey(type, kind);
      return field === null ? [] : [{ type, field }];
    });
}

export interface FoundRecords {
  /** Null: it has not arrived, or there is none: of a firm. */
  own: CurrentRecord | null;
  /** Oldest first. */
  records: readonly CurrentRecord[];
  /** Also those that are not shown: what must be covered may stand in one of them. */
  all: readonly CurrentRecord[];
  /** There are more; these are its own and the newest. */
  truncated: boolean;
}

/** Finds all records that name one thing, whatever system they come from. */
export class TimelineReader {
  private readonly firms: FirmRecords;

  constructor(private readonly parts: { records: CurrentRecords; catalogue: Catalogue }) {
    this.firms = new FirmRecords(parts);
  }

  /**
   * Null: there is none, or it lies out of reach. Where the thing lies is said by its own record; before that has arrived, it is seen with the
   * whole county alone. A firm lies nowhere: of it those records are read that lie within reach.
   */
  async read(reach: Reach, directory: Directory, kind: TimelineKind, code: string): Promise<FoundRecords | null> {
    if (kind === 'firm') return this.readFirm(reach, directory, code);
    if (kind === 'agent') return this.readAgent(reach, directory, code);
    const { contract, field: codeField } = codeFieldOf(this.parts.catalogue, kind);
    const isWithin = await this.parts.records.isWithin(reach, contract, { field: codeField, code });
    if (!(isWithin ?? reach.isWholeCounty)) return null;
    const lists = await Promise.all(
      namingFields(this.parts.catalogue, kind).map(({ type, field }) =>
        this.parts.records.naming({ reach, directory }, type, { field, codes: [code], limit: MAX_OF_TYPE + 1 }),
      ),
    );
    const found = lists.flat().toSorted((a, b) => b.atMs - a.atMs);
    const own = found.find((record) => record.contract === contract) ?? null;
    if (found.length === 0) return null;
    const isOwn = (record: CurrentRecord) => record.contract === contract;
    // The thing's own is the oldest, and says what it is.
    const kept = [...found.filter(isOwn), ...found.filter((record) => !isOwn(record))].slice(0, MAX_RECORDS);
    return {
      own,
      all: found,
      records: kept.toSorted((a, b) => a.atMs - b.atMs),
      truncated: found.length > MAX_RECORDS || lists.some((list) => list.length > MAX_OF_TYPE),
    };
  }

  private async readFirm(reach: Reach, directory: Directory, code: string): Promise<FoundRecords | null> {
    return withoutOwn(await this.firms.bearing({ reach, directory }, code, MAX_OF_TYPE + 1));
  }

  /** States and calls of an agent, and the orders that came of the calls. They name no place, and are read with the whole county alone. */
  private async readAgent(reach: Reach, directory: Directory, code: string): Promise<FoundRecords | null> {
    if (!reach.isWholeCounty) return null;
    const { catalogue, records } = this.parts;
    const within = { reach, directory };
    const own = await Promise.all(
      namingFields(catalogue, 'agent').map(({ type, field }) =>
        records.naming(within, type, { field, codes: [code], limit: MAX_OF_TYPE + 1 }),
      ),
    );
    const { contract, field } = codeFieldOf(catalogue, 'order');
    const codes = own.flat().flatMap((record) => {
      const named = fieldOfKey(record.contract, 'order');
      const order = named === null ? null : record.fields[named];
      return typeof order === 'string' ? [order] : [];
    });
    const orders =
      codes.length === 0
        ? []
        : await records.naming(within, contract, { field, codes: [...new Set(codes)], limit: MAX_OF_TYPE + 1 });
    return withoutOwn([...own, orders]);
  }
}

/** Of what no record is the own of; null where there is none at all. */
function withoutOwn(lists: readonly (readonly CurrentRecord[])[]): FoundRecords | null {
  const all = lists.flat().toSorted((a, b) => b.atMs - a.atMs);
  if (all.length === 0) return null;
  return {
    own: null,
    all,
    records: all.slice(0, MAX_RECORDS).toSorted((a, b) => a.atMs - b.atMs),
    truncated: all.length > MAX_RECORDS || lists.some((list) => list.length > MAX_OF_TYPE),
  };
}
