import { requireAction, type Actor, type AuditLog, type UserStore } from '@tianyan/access';
import { webhookKey, type DeliveryQueries, type TeamStore } from '@tianyan/alerts';
import { RefusedError } from '@tianyan/kernel';
import type { z } from 'zod';
import type {
  DeliveryList,
  deliveryQuerySchema,
  Inbox,
  inboxQuerySchema,
  MarkReadResult,
  SaveTeamRequest,
  Team,
  TeamList,
  WebhookHosts,
  WebhookKey,
} from '../api/index.js';
import { deliveryAnswer, inboxAnswer, teamAnswer } from './alert-answers.js';

/** The inbox of a person; teams, webhooks and deliveries for administrators. */
export class AlertCases {
  constructor(
    private readonly parts: {
      teams: TeamStore;
      deliveries: DeliveryQueries;
      users: UserStore;
      audit: AuditLog;
      /** The installation's secret, from which signing keys are derived; the notifier uses the same. */
      secret: string;
    },
  ) {}

  async inbox(actor: Actor, query: z.output<typeof inboxQuerySchema>): Promise<Inbox> {
    const page = { cursor: query.cursor ?? null, limit: query.limit, unreadOnly: query.unread === 'true' };
    const [{ items, nextCursor }, unreadCount, names] = await Promise.all([
      this.parts.deliveries.inbox(actor.user.id, page),
      this.parts.deliveries.unreadCount(actor.user.id),
      this.teamNames(),
    ]);
    return { items: items.map((item) => inboxAnswer(item, nameOf(names, item.teamId))), nextCursor, unreadCount };
  }

  /** Only the person's own entries: ids of others change nothing. */
  async markRead(actor: Actor, ids: readonly string[] | null): Promise<MarkReadResult> {
    await this.parts.deliveries.markRead(actor.user.id, ids);
    return { unreadCount: await this.parts.deliveries.unreadCount(actor.user.id) };
  }

  async teams(actor: Actor): Promise<TeamList> {
    await this.requireAdministrator(actor, 'teams');
    const [teams, users] = await Promise.all([this.parts.teams.list(), this.parts.users.list()]);
    return { items: teams.map(teamAnswer), users: users.map(({ id, displayName }) => ({ id, displayName })) };
  }

  /** @param id null makes a new team */
  async saveTeam(actor: Actor, id: string | null, request: SaveTeamRequest): Promise<Team> {
    await this.requireAdministrator(actor, `team/${id ?? 'new'}`);
    const known = new Set((await this.parts.users.list()).map((user) => user.id));
    if (request.memberIds.some((memberId) => !known.has(memberId)))
      throw new RefusedError('invalid', '成员中有不存在的用户，请刷新页面');
    const team = id === null ? await this.parts.teams.create(request) : await this.parts.teams.update(id, request);
    await this.parts.audit.record(actor, { action: 'save-team', object: `team/${team.id}` });
    return teamAnswer(team);
  }

  async removeTeam(actor: Actor, id: string): Promise<void> {
    await this.requireAdministrator(actor, `team/${id}`);
    await this.parts.teams.remove(id);
    await this.parts.audit.record(actor, { action: 'delete-team', object: `team/${id}` });
  }

  /** Makes a new signing key and shows it this once; the old one is worthless from now on. */
  async makeWebhookKey(actor: Actor, teamId: string): Promise<WebhookKey> {
    await this.requireAdministrator(actor, `team/${teamId}/webhook-key`);
    const version = await this.parts.teams.nextWebhookKeyVersion(teamId);
    await this.parts.audit.record(actor, { action: 'make-webhook-key', object: `team/${teamId}` });
    return { webhookKey: webhookKey(this.parts.secret, teamId, version) };
  }

  async webhookHosts(actor: Actor): Promise<WebhookHosts> {
    await this.requireAdministrator(actor, 'webhook-hosts');
    return { hosts: await this.parts.teams.webhookHosts() };
  }

  async saveWebhookHosts(actor: Actor, hosts: readonly string[]): Promise<WebhookHosts> {
    await this.requireAdministrator(actor, 'webhook-hosts');
    await this.parts.audit.record(actor, { action: 'save-webhook-hosts', object: hosts.join(',').slice(0, 500) });
    await this.parts.teams.setWebhookHosts(hosts);
    return { hosts: await this.parts.teams.webhookHosts() };
  }

  async deliveries(actor: Actor, query: z.output<typeof deliveryQuerySchema>): Promise<DeliveryList> {
    await this.requireAdministrator(actor, 'deliveries');
    const page = { state: query.state ?? null, cursor: query.cursor ?? null, limit: query.limit };
    const [{ items, nextCursor }, names] = await Promise.all([this.parts.deliveries.list(page), this.teamNames()]);
    return { items: items.map((item) => deliveryAnswer(item, nameOf(names, item.teamId))), nextCursor };
  }

  async retryDelivery(actor: Actor, id: string): Promise<void> {
    await this.requireAdministrator(actor, `delivery/${id}`);
    await this.parts.deliveries.retry(id);
    await this.parts.audit.record(actor, { action: 'retry-delivery', object: `delivery/${id}` });
  }

  private requireAdministrator(actor: Actor, object: string): Promise<void> {
    return requireAction(this.parts.audit, actor, 'manage-teams', object);
  }

  private async teamNames(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.parts.teams.list()).map((team) => [team.id, team.name]));
  }
}

function nameOf(names: ReadonlyMap<string, string>, teamId: string): string {
  return names.get(teamId) ?? '（已删除的组）';
}
