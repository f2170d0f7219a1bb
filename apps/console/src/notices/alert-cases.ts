import { Reach, type Actor, type AuditLog, type UserStore } from '@tianyan/access';
import type { FindingQueries } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import { subjectsFor, type TeamAlerts, type TeamStore } from '@tianyan/notices';
import type { AcknowledgeResult, EntryAcknowledgement, FindingAlertList } from '../api/index.js';

const DELETED_TEAM = '（已删除的组）';
/** Of an object in the log. */
const MAX_OBJECT_CHARS = 500;
const DELETED_PERSON = '（已删除的账号）';

/** Whether teams have taken note of their alerts. Whoever sees a finding sees it of every team that was told. */
export class AlertCases {
  constructor(
    private readonly parts: {
      alerts: TeamAlerts;
      findings: FindingQueries;
      teams: TeamStore;
      users: UserStore;
      audit: AuditLog;
    },
  ) {}

  async ofFinding(actor: Actor, findingId: string): Promise<FindingAlertList> {
    await this.assertSeen(actor, findingId);
    const { alerts, teams } = this.parts;
    const [found, list, nameOf] = await Promise.all([alerts.ofFinding(findingId, actor.user.id), teams.list(), this.names()]);
    const teamNames = new Map(list.map(({ id, name }) => [id, name]));
    return {
      items: found.map(({ teamId, acknowledgedBy, ...alert }) => ({
        ...alert,
        teamName: teamNames.get(teamId) ?? DELETED_TEAM,
        acknowledgedByName: nameOf(acknowledgedBy),
      })),
    };
  }

  async acknowledgeFinding(actor: Actor, findingId: string): Promise<FindingAlertList> {
    await this.assertSeen(actor, findingId);
    await this.parts.alerts.acknowledgeFinding(actor.user.id, findingId);
    await this.parts.audit.record(actor, { action: 'acknowledge-alert', object: `finding/${findingId}` });
    return this.ofFinding(actor, findingId);
  }

  /** What somebody else was faster with changes nothing. */
  async acknowledgeEntries(actor: Actor, ids: readonly string[]): Promise<AcknowledgeResult> {
    const { alerts, audit } = this.parts;
    const done = await alerts.acknowledgeEntries(Reach.of(actor), actor.user.id, ids, subjectsFor(actor.user.role));
    // One entry for the request: a summary may tell of thousands, and the alerts themselves keep who and when.
    if (done.length > 0)
      await audit.record(actor, { action: 'acknowledge-alert', object: `inbox/${ids.join(',')}`.slice(0, MAX_OBJECT_CHARS) });
    return { acknowledged: done.length };
  }

  /** By entry of the person's inbox. */
  async ofEntries(actor: Actor, ids: readonly string[]): Promise<ReadonlyMap<string, EntryAcknowledgement>> {
    const [found, nameOf] = await Promise.all([this.parts.alerts.ofEntries(actor.user.id, ids), this.names()]);
    return new Map(
      [...found].map(([id, { acknowledgedBy, acknowledgedAtMs, ...entry }]) => [
        id,
        { ...entry, byName: nameOf(acknowledgedBy), atMs: acknowledgedAtMs },
      ]),
    );
  }

  private async names(): Promise<(userId: string | null) => string | null> {
    const names = new Map((await this.parts.users.everybody()).map(({ id, displayName }) => [id, displayName]));
    return (userId) => (userId === null ? null : (names.get(userId) ?? DELETED_PERSON));
  }

  /** Throws RefusedError('not-found'). */
  private async assertSeen(actor: Actor, findingId: string): Promise<void> {
    const finding = await this.parts.findings.get(Reach.of(actor), findingId);
    if (!finding) throw new RefusedError('not-found', '没有这条疑点，可能链接有误，请回到列表重新打开');
  }
}
