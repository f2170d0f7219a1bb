import { RefusedError } from '@tianyan/kernel';
import type pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';

/** Failures of one account within the window: a person mistypes a few times, a guesser is stopped. */
export const MAX_FAILURES_PER_ACCOUNT = 8;
/** Failures from one address within the window: an office may share one. */
export const MAX_FAILURES_PER_ADDRESS = 40;
const WINDOW_SECONDS = 15 * 60;

/** Slows the guessing of passwords down, by account and by address. Counts live in PostgreSQL: a restart forgets nothing. */
export class SignInLimits {
  private readonly byAccount: RateLimiterPostgres;
  private readonly byAddress: RateLimiterPostgres;

  constructor(pool: pg.Pool) {
    const shared = {
      storeClient: pool,
      storeType: 'pool',
      tableName: 'access_rate_limit',
      tableCreated: true,
      duration: WINDOW_SECONDS,
    };
    this.byAccount = new RateLimiterPostgres({ ...shared, keyPrefix: 'sign-in-account', points: MAX_FAILURES_PER_ACCOUNT });
    this.byAddress = new RateLimiterPostgres({ ...shared, keyPrefix: 'sign-in-address', points: MAX_FAILURES_PER_ADDRESS });
  }

  /**
   * Takes one attempt away, before the password is looked at: many guesses at once cannot pass together.
   * Throws RefusedError('too-many') when none is left; it counts unknown accounts just the same.
   */
  async take(account: string, address: string): Promise<void> {
    await this.consume(this.byAddress, address);
    await this.consume(this.byAccount, account.toLowerCase());
  }

  /** The password was right: the attempt is given back, the account's failures are forgotten. */
  async giveBack(account: string, address: string): Promise<void> {
    await this.byAddress.reward(address, 1);
    await this.byAccount.delete(account.toLowerCase());
  }

  private async consume(limiter: RateLimiterPostgres, key: string): Promise<void> {
    try {
      await limiter.consume(key);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const minutes = Math.max(1, Math.ceil(error.msBeforeNext / 60_000));
      throw new RefusedError('too-many', `尝试次数过多，请约 ${minutes} 分钟后再试`);
    }
  }
}
