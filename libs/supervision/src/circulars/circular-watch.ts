import type { User } from '@tianyan/access';
import type { Reminder } from '@tianyan/cases';
import { rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { tellDue, type ReminderParts } from '../deadlines.js';
import { hearersOf } from './circular-hearers.js';
import { circularHandlers, circularManagers, circularNotice, circularUnitNotice, liaisonsOfUnits } from './circular-notices.js';
import { CIRCULARS, CIRCULARS_OF_UNITS } from './circular-deadlines.js';
import { UNITS_THAT_OWE, type Circular } from './circular-rows.js';

const codeSchema = z.object({ code: z.string() });

/** What time brings to circulars: reports that are due soon, and over. It tells people, and decides nothing. */
export class CircularWatch {
  constructor(private readonly parts: ReminderParts) {}

  /** Returns how much there was to tell. */
  async round(): Promise<number> {
    const accounts = await this.parts.users.list();
    let told = 0;
    for (const what of ['due-soon', 'overdue'] as const)
      told += (await this.tellUnits(what, accounts)) + (await this.tellOffice(what, accounts));
    return told;
  }

  /** Those that have something to do. */
  private tellUnits(what: Reminder, accounts: readonly User[]): Promise<number> {
    return tellDue(this.parts, CIRCULARS_OF_UNITS, what, async (client, circular) => {
      const late = liaisonsOfUnits(await unitsThatOwe(client, circular), accounts);
      await this.parts.outbox.enqueue(client, circularUnitNotice(`assignment-${what}`, circular), late);
      return late.length > 0;
    });
  }

  /** Over, whoever manages it hears of it too. */
  private tellOffice(what: Reminder, accounts: readonly User[]): Promise<number> {
    const { outbox, countyClock } = this.parts;
    return tellDue(this.parts, CIRCULARS, what, async (client, circular) => {
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
