import { beyondBudget, countyRisks, queuesOf, takeOn, type Finding, type FindingAlerts, type Traced } from '@tianyan/findings';
import type { Clock } from '@tianyan/kernel';
import { teamsOf } from '@tianyan/notices';
import type { ClientBase } from '@tianyan/postgres';

/**
 * Marks findings for which a team has no place this week: it hears of them in a digest. What is told in a summary anyway is left as it
 * is and takes no place here: a load is judged piece by piece, and the first piece is not what matters most.
 */
export class WeeklyBudget implements FindingAlerts {
  constructor(private readonly parts: { alerts: FindingAlerts; countyClock: Clock }) {}

  async enqueue(client: ClientBase, findings: readonly Traced<Finding>[]): Promise<void> {
    await this.parts.alerts.enqueue(client, await this.marked(client, findings));
  }

  async enqueueMoved(client: ClientBase, findings: readonly Traced<Finding>[]): Promise<void> {
    await this.parts.alerts.enqueueMoved(client, findings);
  }

  async enqueueWithdrawn(client: ClientBase, findings: readonly Traced<Pick<Finding, 'id'>>[]): Promise<void> {
    await this.parts.alerts.enqueueWithdrawn(client, findings);
  }

  private async marked(client: ClientBase, findings: readonly Traced<Finding>[]): Promise<readonly Traced<Finding>[]> {
    const single = findings.filter(({ bundle }) => bundle === undefined).map(({ id }) => id);
    if (single.length === 0) return findings;
    const queues = queuesOf(await teamsOf(client));
    if (queues.every(({ team }) => team.weeklyBudget === null)) return findings;
    const nowMs = this.parts.countyClock.nowMs();
    const risks = await countyRisks(client);
    await takeOn(client, queues, nowMs, risks);
    const beyond = await beyondBudget(client, single, queues, nowMs, risks);
    return findings.map((finding) => {
      const beyondFor = beyond.get(finding.id);
      return beyondFor ? { ...finding, beyondFor } : finding;
    });
  }
}
