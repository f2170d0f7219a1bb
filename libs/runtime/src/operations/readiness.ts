import { SECOND_MS } from '@tianyan/kernel';
import { ServiceUnavailableException, type OnModuleDestroy } from '@nestjs/common';
import type { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { Logger } from 'pino';

/** Something outside that the process needs. */
export interface ReadinessCheck {
  name: string;
  /** Rejects when it does not answer. */
  check(): Promise<unknown>;
}

export interface ReadinessAnswer {
  status: 'ok' | 'unavailable';
  /** `up` or `down` by the name of the check. */
  details: Readonly<Record<string, string>>;
}

/** Supervisors ask every few seconds and give up after about as long. */
const CHECK_TIMEOUT_MS = 4 * SECOND_MS;
/** Several who ask at once cause one check. */
const ANSWER_KEPT_MS = SECOND_MS;

/** Whether the process can work now. Once it stops it never can again: nobody shall send it new work meanwhile. */
export class Readiness implements OnModuleDestroy {
  private stopping = false;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly checks: readonly ReadinessCheck[],
    private readonly logger: Logger,
  ) {}

  onModuleDestroy(): void {
    this.stopping = true;
  }

  async ask(): Promise<ReadinessAnswer> {
    if (this.stopping) return { status: 'unavailable', details: { process: 'stopping' } };
    try {
      await this.health.check(this.checks.map((check) => async () => this.attempt(check)));
      return { status: 'ok', details: this.details(() => 'up') };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      // Addresses and messages of other systems are for the log, not for whoever asks.
      this.logger.warn({ answer: error.getResponse() }, 'not ready');
      const answer = error.getResponse() as { error?: Record<string, unknown> }; // as terminus makes it
      return { status: 'unavailable', details: this.details((name) => (answer.error?.[name] ? 'down' : 'up')) };
    }
  }

  private attempt(readiness: ReadinessCheck) {
    const attempt = this.indicators.check(readiness.name).attempt(async () => void (await readiness.check()));
    return attempt.withTimeout(CHECK_TIMEOUT_MS).cacheFor(ANSWER_KEPT_MS);
  }

  private details(stateOf: (name: string) => string): Record<string, string> {
    return Object.fromEntries(this.checks.map(({ name }) => [name, stateOf(name)]));
  }
}
