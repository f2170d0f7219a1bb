import { peopleNow } from '@tianyan/access';
import { rows, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { passedOver, type ToldOf } from './passed-over.js';

/** Somebody whose own e-mail or telephone a team has as a channel. */
export interface ChannelOwner {
  userId: string;
  /** Why the channel is not told of it, in Chinese; null: is told. */
  passedOver: (of: ToldOf) => string | null;
}

/**
 * Whether a channel `c` is nobody's own, or of somebody who is still of the team, as SQL. It stays when its owner leaves: whoever comes back finds it, and
 * whoever runs the teams sees it.
 */
export const IS_OF_TEAM = `(c.user_id IS NULL
  OR EXISTS (SELECT 1 FROM alert_team_member own WHERE own.team_id = c.team_id AND own.user_id = c.user_id))`;

const OWNERS = `SELECT DISTINCT c.user_id FROM team_channel c WHERE c.user_id IS NOT NULL AND ${IS_OF_TEAM} ORDER BY c.user_id`;
const ownerSchema = z.object({ user_id: z.string() });

/** As they are at this moment, also in a transaction under way. Most counties have no such channels: that is one query. */
export async function channelOwners(db: Queryable): Promise<ChannelOwner[]> {
  const userIds = (await rows(db, ownerSchema, OWNERS)).map(({ user_id: id }) => id);
  if (userIds.length === 0) return [];
  const people = await peopleNow(db, userIds);
  return userIds.map((userId) => ({ userId, passedOver: (of) => passedOver(people, userId, of) }));
}
