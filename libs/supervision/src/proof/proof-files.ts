import type { Files, FileSubject, StoredContent } from '@tianyan/files';
import { RefusedError } from '@tianyan/kernel';
import { inTransaction, type ClientBase, type Pool } from '@tianyan/postgres';
import { UNRECORDED, type StepRecord } from '../sent-before.js';
import type { SupervisionReceipt, Taker } from '../step-history.js';
import type { Refusal } from '../step-machine.js';
import type { FileStep } from './file-steps.js';

/** Something under lock that is proved by files. */
export interface LockedProof {
  /** Why the person may take no such step there; null: may. Throws RefusedError in the place of another where no delegation stands. */
  refusalOf: (kind: FileStep['step']) => Refusal | Promise<Refusal>;
  take: (step: FileStep) => Promise<SupervisionReceipt>;
}

/** A letter's answer, an item of the ledger: what the files prove, and who asks. */
export interface Proof {
  subject: FileSubject;
  by: Taker & { address: string | null };
  /** Throws RefusedError('not-found'), also for what is out of reach. */
  lock: (client: ClientBase) => Promise<LockedProof>;
}

/**
 * Files by which a unit proves what it reports. Each is named in a step of the history, with the SHA-256 of its content, and so is its withdrawal.
 * Nobody has to have seen the last step: a file decides nothing.
 */
export class ProofFiles {
  constructor(private readonly parts: { pool: Pool; files: Files }) {}

  /**
   * Before anything of it is kept. Throws RefusedError: `not-found`, also for what is out of reach; `conflict` where none may be added. What was sent
   * before may always be sent again.
   */
  async assertMayAttach(proof: Proof, fileId: string): Promise<void> {
    // Not within the transaction: it would ask for a second connection while it holds one.
    const before = await this.parts.files.list(proof.subject);
    await inTransaction(this.parts.pool, async (client) => {
      const locked = await proof.lock(client);
      if (!before.some(({ id }) => id === fileId)) await assertMay(locked, 'attach');
    });
  }

  /** @returns null where it was sent before. Throws RefusedError as {@link assertMayAttach}, and over a limit. */
  async attach(
    proof: Proof,
    { fileId, content }: { fileId: string; content: StoredContent },
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt | null> {
    return inTransaction(this.parts.pool, async (client) => {
      const locked = await proof.lock(client);
      const { file, repeated } = await this.parts.files.record(client, proof.subject, { id: fileId, content, by: proof.by });
      if (repeated) return null;
      await assertMay(locked, 'attach');
      return recorded(client, record, await locked.take({ step: 'attach', fileId, sha256: file.sha256 }));
    });
  }

  /** Throws RefusedError as {@link assertMayAttach}, and `conflict` for a file that is withdrawn. */
  async withdraw(
    proof: Proof,
    { fileId, reason }: { fileId: string; reason: string },
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    return inTransaction(this.parts.pool, async (client) => {
      const locked = await proof.lock(client);
      await assertMay(locked, 'withdraw-file');
      const { sha256 } = await this.parts.files.withdraw(client, proof.subject, { id: fileId, by: proof.by, reason });
      return recorded(client, record, await locked.take({ step: 'withdraw-file', fileId, sha256, reason }));
    });
  }
}

async function recorded(client: ClientBase, record: StepRecord, receipt: SupervisionReceipt): Promise<SupervisionReceipt> {
  await record(client, receipt);
  return receipt;
}

async function assertMay(locked: LockedProof, kind: FileStep['step']): Promise<void> {
  const refusal = await locked.refusalOf(kind);
  if (refusal !== null) throw new RefusedError('conflict', refusal);
}
