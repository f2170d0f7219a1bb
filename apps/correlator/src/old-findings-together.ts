import type { Finding, FindingAlerts, Traced } from '@tianyan/findings';
import { DAY_MS, type Clock } from '@tianyan/kernel';
import type { ClientBase } from '@tianyan/postgres';

/** What came about longer ago is told in a summary: one by one, old problems would bury the ones of today. */
export const TOLD_TOGETHER_AFTER_DAYS = 30;

/** Marks findings whose problem came about long ago, by county time: teams hear of them together. None is left out. */
export class OldFindingsTogether implements FindingAlerts {
  constructor(
    private readonly alerts: FindingAlerts,
    private readonly countyClock: Clock,
  ) {}

  async enqueue(client: ClientBase, findings: readonly Traced<Finding>[]): Promise<void> {
    await this.alerts.enqueue(client, this.marked(findings));
  }

  async enqueueMoved(client: ClientBase, findings: readonly Traced<Finding>[]): Promise<void> {
    await this.alerts.enqueueMoved(client, this.marked(findings));
  }

  /** Goes to those who were told of the finding, in the way in which they were. */
  async enqueueWithdrawn(client: ClientBase, findings: readonly Traced<Pick<Finding, 'id'>>[]): Promise<void> {
    await this.alerts.enqueueWithdrawn(client, findings);
  }

  private marked(findings: readonly Traced<Finding>[]): readonly Traced<Finding>[] {
    const sinceMs = this.countyClock.nowMs() - TOLD_TOGETHER_AFTER_DAYS * DAY_MS;
    return findings.map((finding) => (finding.occurredAtMs < sinceMs ? { bundle: 'old', ...finding } : finding));
  }
}
