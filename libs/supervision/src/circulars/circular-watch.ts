import type { Reminder } from '@tianyan/cases';
import { rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { tellDue, type ReminderParts } from '../deadlines.js';
import { hearersOf } from './circular-hearers.js';
import { circularHandlers, circularManagers, circularNotice, circularUnitNotice, liaisonsOfUnits } from './circular-notices.js';
import { CIRCULAR_COLUMNS, circularSchema, UNITS_THAT_OWE, type Circular } from './circular-rows.js';

const codeSchema = z.object({ code: z.string() });

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
    const { outbox, countyClock } = this.parts;
    const accounts = await this.parts.users.list();
    return tellDue(this.parts, CIRCULARS, what, async (client, circular) => {
      const late = liaisonsOfUnits(await unitsThatOwe(client, circular), accounts);
      await outbox.enqueue(client, circularUnitNotice(`assignment-${what}`, circular), late);
      const told = await hearersOf(client, { circular, accounts, nowMs: countyClock.nowMs() }, (known, free) => [
        ...circularHandlers(known, free),
        ...(what === 'overdue' ? circularManagers(known, free) : []),
      ]);
      await outbox.enqueue(client, circularNotice(`circular-${what}`, circular), told);
      return told.length > 0;
    });
  }
}

async function unitsThatOwe(client: ClientBase, { id }: Circular): Promise<readonly string[]> {
  const sql = `SELECT owing.code FROM supervision_circular k CROSS JOIN LATERAL (${UNITS_THAT_OWE}) AS owing WHERE k.id = $1`;
  return (await rows(client, codeSchema, sql, [id])).map(({ code }) => code);
}
