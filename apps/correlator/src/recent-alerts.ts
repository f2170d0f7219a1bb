import type { Finding, FindingAlerts, Traced } from '@tianyan/findings';
import { DAY_MS, type Clock } from '@tianyan/kernel';
import type pg from 'pg';

/**
 * Teams are told of what happened lately. The first sweep over years of history finds hundreds of old problems at once:
 * they are in the list for the analysts, but as alerts they would bury the ones of today.
 */
const ALERT_WITHIN_MS = 30 * DAY_MS;

/** Passes findings on whose problem came about within the last 30 days of county time. */
export class RecentAlerts implements FindingAlerts {
  constructor(
    private readonly alerts: FindingAlerts,
    private readonly countyClock: Clock,
  ) {}

  async enqueue(client: pg.ClientBase, findings: readonly Traced<Finding>[]): Promise<void> {
    const sinceMs = this.countyClock.nowMs() - ALERT_WITHIN_MS;
    await this.alerts.enqueue(
      client,
      findings.filter((finding) => finding.occurredAtMs >= sinceMs),
    );
  }

  /** Goes to those who were told of the finding, whenever that was. */
  async enqueueWithdrawn(client: pg.ClientBase, findings: readonly Traced<Pick<Finding, 'id'>>[]): Promise<void> {
    await this.alerts.enqueueWithdrawn(client, findings);
  }
}
