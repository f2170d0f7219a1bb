import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';

/**
 * What failures are counted under. `pair`: one account from one address — the delay that a person meets, and that nobody
 * elsewhere can cause. `address`: whoever tries account after account. `account`: one account from many addresses; it holds
 * up only addresses from which nobody has ever signed in to it.
 */
const KINDS = ['pair', 'address', 'account'] as const;
type Kind = (typeof KINDS)[number];

/** Failures before the first delay: a person mistypes a few times; an office may share one address. */
export const FREE_FAILURES: Readonly<Record<Kind, number>> = { pair: 8, address: 40, account: 50 };
/** The first delay; each further failure doubles it. */
export const FIRST_DELAY_MS = 30 * SECOND_MS;
/** 96 guesses a day at most from then on, against 16 random characters. */
export const MAX_DELAY_MS = 15 * MINUTE_MS;
/** After so long without a failure the count begins again. */
const FORGET_AFTER_MS = 6 * HOUR_MS;
/** So long an address counts as known; a person on leave comes back to it. */
const KNOWN_FOR_MS = 90 * DAY_MS;
/** Addresses remembered per account, the latest: a desk, a laptop, a telephone, and what the network hands out. */
const MAX_KNOWN_ADDRESSES = 20;

/** Why an attempt is not looked at. */
export interface Blocked {
  untilMs: EpochMs;
  waitMs: number;
  /** The first attempt refused by this delay: the one that is entered in the audit log, which nobody may flood. */
  isFirst: boolean;
}

/** A delay in force, for administrators. */
export interface SignInBlock {
  kind: Kind;
  /** Empty where the delay is the address's own. */
  account: string;
  address: string;
  failures: number;
  untilMs: EpochMs;
}

const countColumns = z.object({
  kind: z.enum(KINDS),
  failures: z.int(),
  last_failure_at_ms: z.int(),
  blocked_until_ms: z.int(),
  refused: z.int(),
});
const blockSchema = countColumns
  .extend({ account: z.string(), address: z.string() })
  .transform(({ kind, account, address, failures, blocked_until_ms }): SignInBlock => ({
    kind,
    account,
    address,
    failures,
    untilMs: blocked_until_ms,
  }));

/** Delays in force that are listed; more at once are an attack, and none of them needs to be looked at by name. */
const MAX_LISTED = 200;

/**
 * Slows the guessing of passwords down. Counts live in PostgreSQL: a restart forgets nothing, several processes share them.
 * An own table, since the growing delay, the exemption of known addresses and the unlocking belong together.
 */
export class SignInLimits {
  /** @param clock the machine's clock */
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts an attempt as failed before the password is looked at, so that many guesses at once cannot pass together; null if
   * it may be looked at. Unknown accounts are counted just the same. A refused attempt counts nowhere.
   */
  async take(account: string, address: string): Promise<Blocked | null> {
    return inTransaction(this.pool, (client) => this.takeUnderLock(client, account.toLowerCase(), address));
  }

  /** The password was right: the attempt is given back, the failures of this account from here are forgotten. */
  async giveBack(account: string, address: string): Promise<void> {
    const nowMs = this.clock.nowMs();
    const name = account.toLowerCase();
    await execute(
      this.pool,
      `WITH pair AS (DELETE FROM access_sign_in_failure
         WHERE (kind = 'pair' AND account = $1 AND address = $2) OR last_failure_at_ms < $4),
       known AS (INSERT INTO access_known_address (account, address, last_sign_in_at_ms) VALUES ($1, $2, $3)
         ON CONFLICT (account, address) DO UPDATE SET last_sign_in_at_ms = excluded.last_sign_in_at_ms)
       UPDATE access_sign_in_failure SET failures = greatest(failures - 1, 0),
         blocked_until_ms = CASE WHEN last_failure_at_ms = $3 THEN 0 ELSE blocked_until_ms END
       WHERE last_failure_at_ms >= $4
         AND ((kind = 'address' AND address = $2) OR (kind = 'account' AND account = $1 AND failures > 0))`,
      [name, address, nowMs, nowMs - FORGET_AFTER_MS],
    );
    await execute(
      this.pool,
      `DELETE FROM access_known_address WHERE account = $1 AND (last_sign_in_at_ms < $2 OR address NOT IN
         (SELECT address FROM access_known_address WHERE account = $1 ORDER BY last_sign_in_at_ms DESC LIMIT ${MAX_KNOWN_ADDRESSES}))`,
      [name, nowMs - KNOWN_FOR_MS],
    );
  }

  /** The delays in force, the longest first. */
  async blocks(): Promise<SignInBlock[]> {
    return rows(
      this.pool,
      blockSchema,
      `SELECT * FROM access_sign_in_failure WHERE blocked_until_ms > $1 ORDER BY blocked_until_ms DESC, kind, account, address LIMIT ${MAX_LISTED}`,
      [this.clock.nowMs()],
    );
  }

  /** Forgets the failures of an account, from wherever, or of an address; how many counts there were. */
  async unlock(target: { account: string } | { address: string }): Promise<number> {
    if ('account' in target) {
      const ofAccount = `DELETE FROM access_sign_in_failure WHERE kind IN ('pair', 'account') AND account = $1`;
      return execute(this.pool, ofAccount, [target.account.toLowerCase()]);
    }
    const ofAddress = `DELETE FROM access_sign_in_failure WHERE kind IN ('pair', 'address') AND address = $1`;
    return execute(this.pool, ofAddress, [target.address]);
  }

  private async takeUnderLock(client: ClientBase, account: string, address: string): Promise<Blocked | null> {
    const nowMs = this.clock.nowMs();
    const counts = await this.lockedCounts(client, account, address);
    const blocking = counts.filter((count) => count.blocked_until_ms > nowMs);
    if (blocking.length > 0) {
      const kinds = blocking.map(({ kind }) => kind);
      await execute(client, `UPDATE access_sign_in_failure SET refused = refused + 1 WHERE kind = ANY($1) AND ${OF_ATTEMPT}`, [
        kinds,
        account,
        address,
      ]);
      const untilMs = Math.max(...blocking.map((count) => count.blocked_until_ms));
      return { untilMs, waitMs: untilMs - nowMs, isFirst: blocking.every(({ refused }) => refused === 0) };
    }
    for (const { kind, ...count } of counts) {
      const failures = count.last_failure_at_ms < nowMs - FORGET_AFTER_MS ? 1 : count.failures + 1;
      const untilMs = failures < FREE_FAILURES[kind] ? 0 : nowMs + delayMs(failures - FREE_FAILURES[kind]);
      await execute(
        client,
        `UPDATE access_sign_in_failure SET failures = $4, last_failure_at_ms = $5, blocked_until_ms = $6, refused = 0
         WHERE kind = ANY($1) AND ${OF_ATTEMPT}`,
        [[kind], account, address, failures, nowMs, untilMs],
      );
    }
    return null;
  }

  /** In one order everywhere, so that two attempts never wait for each other. */
  private async lockedCounts(client: ClientBase, account: string, address: string): Promise<z.output<typeof countColumns>[]> {
    const known = await execute(
      client,
      'SELECT 1 FROM access_known_address WHERE account = $1 AND address = $2 AND last_sign_in_at_ms >= $3',
      [account, address, this.clock.nowMs() - KNOWN_FOR_MS],
    );
    const kinds: Kind[] = known === 0 ? ['account', 'address', 'pair'] : ['address', 'pair'];
    await execute(
      client,
      `INSERT INTO access_sign_in_failure (kind, account, address, failures, last_failure_at_ms, blocked_until_ms, refused)
       SELECT kind, CASE WHEN kind = 'address' THEN '' ELSE $2 END, CASE WHEN kind = 'account' THEN '' ELSE $3 END, 0, 0, 0, 0
       FROM unnest($1::text[]) AS k (kind) ORDER BY kind ON CONFLICT DO NOTHING`,
      [kinds, account, address],
    );
    return rows(
      client,
      countColumns,
      `SELECT * FROM access_sign_in_failure WHERE kind = ANY($1) AND ${OF_ATTEMPT} ORDER BY kind FOR UPDATE`,
      [kinds, account, address],
    );
  }
}

/** The counts that an attempt at account $2 from address $3 falls under. */
const OF_ATTEMPT = `account = CASE WHEN kind = 'address' THEN '' ELSE $2 END AND address = CASE WHEN kind = 'account' THEN '' ELSE $3 END`;

function delayMs(failuresBeyond: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failuresBeyond, 10));
}
