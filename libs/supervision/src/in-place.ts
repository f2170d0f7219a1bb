import { principalInPlace, type InPlace, type Reach } from '@tianyan/access';
import { chinaDayOf, type EpochMs } from '@tianyan/kernel';
import { execute, type ClientBase } from '@tianyan/postgres';
import type { Taker } from './step-history.js';

/** Something under lock, of which a step is asked for. */
export interface AskedThing extends Pick<InPlace, 'noun' | 'actions'> {
  /** Asked of the database: whether it is seen within a reach; missing rows say no. */
  sql: string;
  paramsOf: (reach: Reach) => readonly unknown[];
}

/**
 * Whoever takes a step: the person alone, or in the place of another (代理), by that one's role and of what that one sees too. Throws as
 * {@link principalInPlace}.
 */
export async function signedBy(
  client: ClientBase,
  { taker, forId, nowMs }: { taker: Taker; forId: string | undefined; nowMs: EpochMs },
  { sql, paramsOf, ...thing }: AskedThing,
): Promise<Taker> {
  if (forId === undefined) return taker;
  const { id, account } = await principalInPlace(client, {
    ...thing,
    deputyId: taker.id,
    forId,
    today: chinaDayOf(nowMs),
    sees: async (reach) => (await execute(client, sql, paramsOf(reach))) > 0,
  });
  return { id: taker.id, account: taker.account, standsFor: { id, account } };
}
