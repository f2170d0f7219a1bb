import type { TypedRecord } from '@tianyan/contracts';

/** Which source a record belongs to. */
export interface RecordOwners {
  /** The source of each of these records that is stored already, by id; at most as many ids as one page yields. */
  ownersOf(type: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Of `records`, those that belong to another source, with its name. */
export async function foreignRecords(
  owners: RecordOwners,
  source: string,
  records: readonly TypedRecord[],
): Promise<ReadonlyMap<TypedRecord, string>> {
  const foreign = new Map<TypedRecord, string>();
  for (const [type, members] of Map.groupBy(records, (typed) => typed.type)) {
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
