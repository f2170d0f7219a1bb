import type { Reach, Role } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import type { Files, FileSubject, KeptFile, StoredContent } from '@tianyan/files';
import { RefusedError, type Clock } from '@tianyan/kernel';
import { inTransaction, type Pool } from '@tianyan/postgres';
import { found, lockClues, takeStep, type OpenClue } from './clue-writes.js';
import { receiptOf } from './clues.js';
import type { HandlingRules } from './handling-rules.js';
import { refusalOfFiles } from './machine/machine.js';
import { UNSIGNED, type Sent } from './sent-once.js';

/** Who hands files in, and withdraws them. */
export interface FileTaker {
  id: string;
  account: string;
  role: Role;
  address: string | null;
}

interface AskedFile {
  clueId: string;
  fileId: string;
}

export const clueSubject = (clueId: string): FileSubject => ({ kind: 'clue', id: clueId });

/**
 * Files of clues: each is named in a step of the history, with the SHA-256 of its content, so that a file that is changed or exchanged shows as
 * a step would. Nobody has to have seen the last step: a file decides nothing.
 */
export class ClueFiles {
  constructor(
    private readonly parts: { pool: Pool; files: Files; countyClock: Clock; calendar: WorkingCalendar; rules: HandlingRules },
  ) {}

  /**
   * Before anything of it is kept. Throws RefusedError: `not-found`, also for what is out of reach; `conflict` where the person may not. What was
   * sent before may always be sent again.
   */
  async assertMayAttach(reach: Reach, taker: FileTaker, { clueId, fileId }: AskedFile): Promise<void> {
    // Not within the transaction: it would ask for a second connection while it holds one.
    const before = await this.parts.files.list(clueSubject(clueId));
    await inTransaction(this.parts.pool, async (client) => {
      const open = found(await lockClues(client, reach, [clueId]), clueId);
      if (!before.some(({ id }) => id === fileId)) assertMay(open, taker);
    });
  }

  /**
   * What was sent before is not done again. Throws RefusedError as {@link assertMayAttach}, and over a limit.
   * @param record within the transaction: a file that is sent again is found there, and no second step would be put on record
   */
  async attach(
    reach: Reach,
    taker: FileTaker,
    { clueId, fileId, content }: AskedFile & { content: StoredContent },
    record: Sent['record'] = UNSIGNED.record,
  ): Promise<void> {
    await inTransaction(this.parts.pool, async (client) => {
      const open = found(await lockClues(client, reach, [clueId]), clueId);
      const { file, repeated } = await this.parts.files.record(client, clueSubject(clueId), { id: fileId, content, by: taker });
      if (repeated) return;
      assertMay(open, taker);
      const step = { step: 'attach', fileId, sha256: file.sha256 } as const;
      await record(client, receiptOf(await takeStep(client, open, { step, taker }, this.context())));
    });
  }

  /** Throws RefusedError as {@link assertMayAttach}, and `conflict` for a file that is withdrawn. */
  async withdraw(
    reach: Reach,
    taker: FileTaker,
    asked: AskedFile & { reason: string },
    record: Sent['record'] = UNSIGNED.record,
  ): Promise<void> {
    const { clueId, fileId, reason } = asked;
    await inTransaction(this.parts.pool, async (client) => {
      const open = found(await lockClues(client, reach, [clueId]), clueId);
      assertMay(open, taker);
      const { sha256 } = await this.parts.files.withdraw(client, clueSubject(clueId), { id: fileId, by: taker, reason });
      const step = { step: 'withdraw-file', fileId, sha256, reason } as const;
      await record(client, receiptOf(await takeStep(client, open, { step, taker }, this.context())));
    });
  }

  /** Of a clue that the caller has found within reach, or of which it holds the steps. */
  list(clueId: string): Promise<readonly KeptFile[]> {
    return this.parts.files.list(clueSubject(clueId));
  }

  private context() {
    const { rules, calendar, countyClock } = this.parts;
    return { rules, calendar, nowMs: countyClock.nowMs() };
  }
}

function assertMay({ facts }: OpenClue, { role, id: userId }: FileTaker): void {
  const refusal = refusalOfFiles(facts, { role, userId });
  if (refusal !== null) throw new RefusedError('conflict', refusal);
}
