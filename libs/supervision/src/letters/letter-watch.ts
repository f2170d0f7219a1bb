import { standingDelegations, type User } from '@tianyan/access';
import type { Reminder } from '@tianyan/cases';
import { chinaDayOf } from '@tianyan/kernel';
import { tellDue, type ReminderParts } from '../deadlines.js';
import { notStayingAway } from '../stays-away.js';
import { alsoDeputies, handlersOf, liaisonsOf, managersOf, officeNotice, unitNotice } from './letter-notices.js';
import { LETTER_COLUMNS, letterSchema } from './letter-rows.js';

const LETTERS = { table: 'supervision_letter', alias: 'l', columns: LETTER_COLUMNS, schema: letterSchema };
/** Told by itself: otherwise a unit heard of it anew with each of its steps while nobody of the office is left, and where none of its people is there, nobody. */
const LETTERS_OF_UNITS = { ...LETTERS, marks: 'unit_' } as const;

/** What time brings to letters: replies that are due soon, and over. It tells people, and decides nothing. */
export class LetterWatch {
  constructor(private readonly parts: ReminderParts) {}

  /** Returns how much there was to tell. */
  async round(): Promise<number> {
    const users = await this.parts.users.list();
    let told = 0;
    for (const what of ['due-soon', 'overdue'] as const)
      told += (await this.tellUnits(what, users)) + (await this.tellOffice(what, users));
    return told;
  }

  private tellUnits(what: Reminder, users: readonly User[]): Promise<number> {
    return tellDue(this.parts, LETTERS_OF_UNITS, what, async (client, letter) => {
      const told = liaisonsOf(letter, users);
      await this.parts.outbox.enqueue(client, unitNotice(`assignment-${what}`, letter), told);
      return told.length > 0;
    });
  }

  /** Over, whoever manages the letter hears of it too. */
  private async tellOffice(what: Reminder, users: readonly User[]): Promise<number> {
    const { pool, outbox, countyClock } = this.parts;
    const deputies = await standingDelegations(pool, chinaDayOf(countyClock.nowMs()));
    return tellDue(this.parts, LETTERS, what, async (client, letter) => {
      const free = await notStayingAway(client, { kind: 'letter', id: letter.id }, users);
      const leaders = what === 'overdue' ? managersOf(letter, free) : [];
      const told = alsoDeputies(letter, [...handlersOf(letter, free), ...leaders], { users: free, deputies });
      await outbox.enqueue(client, officeNotice(`letter-${what}`, letter), told);
      return told.length > 0;
    });
  }
}
