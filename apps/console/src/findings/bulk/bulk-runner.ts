import { heldUser, isAllowed, Reach, type Actor, type User, type UserStore } from '@tianyan/access';
import { BulkOverError, type BulkDecision, type BulkDecisions, type BulkItem } from '@tianyan/findings';
import { RefusedError, RetriableError, Rounds, type Pause } from '@tianyan/kernel';
import type { ClientBase, NamedLock } from '@tianyan/postgres';
import type { Logger } from 'pino';
import type { DecisionRequest } from '../../api/index.js';
import type { FindingCases } from '../finding-cases.js';

/** Whoever has asked sees it begin within this. */
const LOOK_EVERY_MS = 500;
/** While the database is away. */
const RETRY_AFTER_MS = 5_000;
/** Of one bulk decision before another has its turn: a second or so. */
const ITEMS_AT_A_TIME = 100;

/** What may be done by the account is another by now, or nothing: whatever is left was not asked for by who may. */
class AccountChangedError extends Error {
  override readonly name = 'AccountChangedError';
}

/**
 * Carries out bulk decisions, one finding after the other, each in a transaction of its own with the note that it is done. What a process that was
 * killed has left is gone on with by the next, or by another console: the lock of the work ends with the connection of whoever had it.
 */
export class BulkRunner {
  private readonly rounds: Rounds;

  constructor(
    private readonly parts: {
      bulks: BulkDecisions;
      findings: Pick<FindingCases, 'decideWith'>;
      users: Pick<UserStore, 'list'>;
      lock: NamedLock;
      pause: Pause;
      logger: Logger;
    },
  ) {
    const { pause, logger } = parts;
    this.rounds = new Rounds({
      round: () => this.round(),
      onFailed: (error) => {
        logger.warn({ err: error }, 'bulk decisions wait: the database is out of reach');
        return RETRY_AFTER_MS;
      },
      pause,
    });
  }

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /**
   * A turn for each: one that has to wait, as after a deadlock, holds up nobody else's.
   * @returns how long to wait before the next round
   */
  private async round(): Promise<number> {
    const running = await this.parts.bulks.running();
    let waiting = 0;
    for (const bulk of running) {
      await this.turn(bulk).catch((error: unknown) => {
        waiting++;
        this.parts.logger.warn({ err: error, bulk: bulk.id }, 'a bulk decision waits: it goes on in the next round');
      });
    }
    return waiting > 0 && waiting === running.length ? RETRY_AFTER_MS : LOOK_EVERY_MS;
  }

  /** In this process or another, one at a time. */
  private async turn(bulk: BulkDecision): Promise<void> {
    await this.parts.lock.alone(`bulk-decision/${bulk.id}`, async () => {
      try {
        await this.carryOn(bulk);
      } catch (error) {
        await this.ended(bulk, error);
      }
      return null;
    });
  }

  private async carryOn(bulk: BulkDecision): Promise<void> {
    const { bulks, users } = this.parts;
    const user = (await users.list()).find(({ id }) => id === bulk.userId);
    // Also before the first is looked at: what the account may do by now refuses nothing.
    const actor = { user: stillAsking(user ?? null, bulk), address: bulk.address };
    const items = await bulks.left(bulk.id, ITEMS_AT_A_TIME);
    for (const item of items) {
      if (this.rounds.signal.aborted) return;
      await this.decide(bulk, item, actor);
    }
    if (items.length < ITEMS_AT_A_TIME) await bulks.end(bulk.id, { state: 'finished' });
  }

  private async decide(bulk: BulkDecision, { seq, findingId }: BulkItem, actor: Actor): Promise<void> {
    const { bulks, findings } = this.parts;
    const before = (client: ClientBase) => bulks.assertStands(client, Reach.of(actor), { id: bulk.id, findingId });
    const note = async (client: ClientBase) => {
      stillAsking(await heldUser(client, bulk.userId), bulk);
      await bulks.noteDone(client, bulk.id, seq);
    };
    try {
      await findings.decideWith(actor, findingId, requestOf(bulk), { before, note });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      await bulks.noteRefused(bulk.id, seq, error.message);
    }
  }

  /** Retriable: the next turn goes on with it. What nobody has foreseen ends it: the next finding would fail alike. */
  private async ended(bulk: BulkDecision, error: unknown): Promise<void> {
    if (error instanceof BulkOverError) return;
    if (error instanceof RetriableError) throw error;
    const isAccount = error instanceof AccountChangedError;
    if (!isAccount) this.parts.logger.error({ err: error, bulk: bulk.id }, 'a bulk decision has failed');
    const reason = isAccount ? '账号已停用或须先改密码，或权限、管辖范围、问题类别有改动' : '处理时出错，请联系管理员查看日志';
    await this.parts.bulks.end(bulk.id, { state: 'stopped', reason });
  }
}

/** As at every request of the person: what was taken away since it was asked for counts at once. */
function stillAsking(now: User | null, { role, reach }: BulkDecision): User {
  const isSame =
    now !== null && now.role === role && Reach.of({ user: now }).parameter === reach && isAllowed(now.role, 'decide-finding');
  if (!isSame || now.mustChangePassword) throw new AccountChangedError('the account may do something else by now');
  return now;
}

function requestOf({ decision, verdict, reason }: BulkDecision): DecisionRequest {
  if (decision === 'dismiss' && verdict !== null) return { decision, verdict, reason: reason ?? '' };
  return { decision: 'promote', ...(reason === null ? {} : { reason }) };
}
