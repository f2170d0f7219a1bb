import { standingDelegations } from '@tianyan/access';
import type { Reminder } from '@tianyan/cases';
import { chinaDayOf } from '@tianyan/kernel';
import { rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { tellDue, type ReminderParts } from '../deadlines.js';
import { notStayingAway } from '../stays-away.js';
import {
  alsoCircularDeputies,
  circularHandlers,
  circularManagers,
  circularNotice,
  circularUnitNotice,
  liaisonsOfUnits,
} from './circular-notices.js';
import { originLimits, type OriginLimits } from './circular-origins.js';
import { CIRCULAR_COLUMNS, circularSchema, UNITS_THAT_OWE, type Circular } from './circular-rows.js';

const codeSchema = z.object({ code: z.string() });
const originSchema = z.object({ kind: z.enum(['finding', 'clue', 'letter']), id: z.string() });

const CIRCULARS = {
  table: 'supervision_circular',
  alias: 'k',
  columns: CIRCULAR_COLUMNS,
  schema: circularSchema,
  /**
   * While all have reported and the office has not checked it, no unit is late, and of what waits to be checked the office was told. It is not told either: where the
   * office sends something back after the deadline, a unit is late from that moment.
   */
  runs: `EXISTS (${UNITS_THAT_OWE})`,
};

/** What time brings to circulars: reports that are due soon, and over. It tells people, and decides nothing. */
export class CircularWatch {
  constructor(private readonly parts: ReminderParts) {}

  /** Returns how much there was to tell. */
  async round(): Promise<number> {
    return (await this.tell('due-soon')) + (await this.tell('overdue'));
  }

  /** Each deadline once, to the units that have something to do; over, whoever manages it hears of it too. */
  private async tell(what: Reminder): Promise<number> {
    const { pool, outbox, countyClock } = this.parts;
    const users = await this.parts.users.list();
    const deputies = await standingDelegations(pool, chinaDayOf(countyClock.nowMs()));
    return tellDue(this.parts, CIRCULARS, what, async (client, circular) => {
      const late = liaisonsOfUnits(await unitsThatOwe(client, circular), users);
      await outbox.enqueue(client, circularUnitNotice(`assignment-${what}`, circular), late);
      const known = { circular, ...(await limitsOf(client, circular)) };
      const free = await notStayingAway(client, { kind: 'circular', id: circular.id }, users);
      const leaders = what === 'overdue' ? circularManagers(known, free) : [];
      const told = alsoCircularDeputies(known, [...circularHandlers(known, free), ...leaders], { users: free, deputies });
      await outbox.enqueue(client, circularNotice(`circular-${what}`, circular), told);
      return told.length > 0;
    });
  }
}

async function unitsThatOwe(client: ClientBase, { id }: Circular): Promise<readonly string[]> {
  const sql = `SELECT owing.code FROM supervision_circular k CROSS JOIN LATERAL (${UNITS_THAT_OWE}) AS owing WHERE k.id = $1`;
  return (await rows(client, codeSchema, sql, [id])).map(({ code }) => code);
}

async function limitsOf(client: ClientBase, { id }: Circular): Promise<OriginLimits> {
  const sql = 'SELECT kind, origin_id AS id FROM supervision_circular_origin WHERE circular_id = $1';
  return originLimits(client, await rows(client, originSchema, sql, [id]));
}
