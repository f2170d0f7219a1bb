import { standingDelegations } from '@tianyan/access';
import type { Reminder } from '@tianyan/cases';
import { chinaDayOf } from '@tianyan/kernel';
import { tellDue, type ReminderParts } from '../deadlines.js';
import { notStayingAway } from '../stays-away.js';
import { alsoDeputies, handlersOf, liaisonsOf, managersOf, officeNotice, unitNotice } from './letter-notices.js';
import { LETTER_COLUMNS, letterSchema } from './letter-rows.js';

const LETTERS = { table: 'supervision_letter', alias: 'l', columns: LETTER_COLUMNS, schema: letterSchema };

/** What time brings to letters: replies that are due soon, and over. It tells people, and decides nothing. */
export class LetterWatch {
  constructor(private readonly parts: ReminderParts) {}

  /** Returns how much there was to tell. */
  async round(): Promise<number> {
    return (await this.tell('due-soon')) + (await this.tell('overdue'));
  }

  /** Each deadline once. Over, whoever manages the letter hears of it too. */
  private async tell(what: Reminder): Promise<number> {
    const { pool, outbox, countyClock } = this.parts;
    const users = await this.parts.users.list();
    const deputies = await standingDelegations(pool, chinaDayOf(countyClock.nowMs()));
    return tellDue(this.parts, LETTERS, what, async (client, letter) => {
      await outbox.enqueue(client, unitNotice(`assignment-${what}`, letter), liaisonsOf(letter, users));
      const free = await notStayingAway(client, { kind: 'letter', id: letter.id }, users);
      const leaders = what === 'overdue' ? managersOf(letter, free) : [];
      const told = alsoDeputies(letter, [...handlersOf(letter, free), ...leaders], { users: free, deputies });
      await outbox.enqueue(client, officeNotice(`letter-${what}`, letter), told);
      return told.length > 0;
    });
  }
}
