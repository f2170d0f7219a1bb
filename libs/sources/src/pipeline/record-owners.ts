import type { TypedRecord } from '@tianyan/contracts';

/** Which source a record belongs to. */
export interface RecordOwners {
  /** Whether anything of the type is stored of another source than this one, whatever its id. */
  hasOthersThan(source: string, type: string): Promise<boolean>;
  /** The source of each of these records that is stored already, by id; at most as many ids as one page yields. */
  ownersOf(type: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/**
 * Of `records`, those that belong to another source, with its name. Where all that is stored of a type is this source's, as in a
 * first import, one look at one column says so for the whole page, at the same moment as the look-up of each id would.
 */
export async function foreignRecords(
  owners: RecordOwners,
  source: string,
  records: readonly TypedRecord[],
): Promise<ReadonlyMap<TypedRecord, string>> {
  const foreign = new Map<TypedRecord, string>();
  for (const [type, members] of Map.groupBy(records, (typed) => typed.type)) {
    if (!(await owners.hasOthersThan(source, type))) continue;
    const owned = await owners.ownersOf(
      type,
      members.map(({ record }) => record.id),
    );
    for (const typed of members) {
      const owner = owned.get(typed.record.id);
      if (owner !== undefined && owner !== source) foreign.set(typed, owner);
    }
  }
  return foreign;
}
