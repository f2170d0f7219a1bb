import { isAllowed, Reach, type Actor, type AuditLog, type User, type UserStore } from '@tianyan/access';
import {
  subjectsFor,
  webhookKey,
  type DeliveryQueries,
  type NoticeKind,
  type Team as StoredTeam,
  type TeamStore,
} from '@tianyan/notices';
import { RefusedError } from '@tianyan/kernel';
import { PROBLEM_CLASSES, type NamesDirectory } from '@tianyan/rules';
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
import type { AlertCases } from './alert-cases.js';
import { deliveryAnswer, inboxAnswer, teamAnswer } from './notice-answers.js';
import { quietHoursOf } from './quiet-hours.js';

/** The kinds of entries that tell of alerts to be taken note of. */
const ACKNOWLEDGED_KINDS: ReadonlySet<NoticeKind> = new Set(['opened', 'summary', 'escalated', 'summary-escalated']);

/** The inbox of a person; teams, webhooks and deliveries for administrators. */
export class NoticeCases {
  constructor(
    private readonly parts: {
      teams: TeamStore;
      deliveries: DeliveryQueries;
      alerts: AlertCases;
      users: UserStore;
      audit: AuditLog;
      names: NamesDirectory;
      /** The installation's secret, from which signing keys are derived; the notifier uses the same. */
      secret: string;
    },
  ) {}

  async inbox(actor: Actor, query: z.output<typeof inboxQuerySchema>): Promise<Inbox> {
    const subjects = subjectsFor(actor.user.role);
    const page = { cursor: query.cursor ?? null, limit: query.limit, unreadOnly: query.unread === 'true', subjects };
    const [{ items, nextCursor }, unreadCount, names] = await Promise.all([
      this.parts.deliveries.inbox(Reach.of(actor), actor.user.id, page),
      this.parts.deliveries.unreadCount(Reach.of(actor), actor.user.id, subjects),
      this.teamNames(),
    ]);
    const acknowledgements = await this.parts.alerts.ofEntries(
      actor,
      items.filter(({ kind }) => ACKNOWLEDGED_KINDS.has(kind)).map(({ id }) => id),
    );
    return {
      items: items.map((item) => inboxAnswer(item, nameOf(names, item.teamId), acknowledgements.get(item.id) ?? null)),
      nextCursor,
      unreadCount,
    };
  }

  /** Only the person's own entries: ids of others change nothing. */
  async markRead(actor: Actor, ids: readonly string[] | null): Promise<MarkReadResult> {
    const reach = Reach.of(actor);
    const subjects = subjectsFor(actor.user.role);
    await this.parts.deliveries.markRead(reach, actor.user.id, ids, subjects);
    return { unreadCount: await this.parts.deliveries.unreadCount(reach, actor.user.id, subjects) };
  }

  async teams(): Promise<TeamList> {
    const [teams, users, able] = await Promise.all([
      this.parts.teams.list(),
      this.parts.users.everybody(),
      this.parts.users.list(),
    ]);
    const ableIds = new Set(able.filter(({ role }) => isAllowed(role, 'read-findings')).map(({ id }) => id));
    const members = new Set(teams.flatMap(({ memberIds, escalation: up }) => [...memberIds, ...personsOfBoth(up)]));
    return {
      items: teams.map(teamAnswer),
      problemClasses: [...PROBLEM_CLASSES],
      // Who is locked, or looks at no findings, is not chosen any more, and is seen where somebody still counts on that person.
      users: users
        .filter(({ id }) => ableIds.has(id) || members.has(id))
        .map(({ id, displayName }) => ({
          id,
          displayName: ableIds.has(id) ? displayName : `${displayName}（已停用或不看疑点）`,
        })),
    };
  }

  /** @param id null makes a new team */
  async saveTeam(actor: Actor, id: string | null, request: SaveTeamRequest): Promise<Team> {
    const before = id === null ? null : await this.parts.teams.find(id);
    await this.assertTownships(before, request);
    const settings = {
      ...request,
      platformNotices: request.platformNotices ?? before?.platformNotices ?? false,
      quietHours: quietHoursFrom(before, request),
      problemClasses: request.problemClasses ?? before?.problemClasses ?? [],
      unitIds: request.unitIds ?? before?.unitIds ?? [],
      escalation: request.escalation === undefined ? (before?.escalation ?? null) : request.escalation,
      weeklyBudget: request.weeklyBudget === undefined ? (before?.weeklyBudget ?? null) : request.weeklyBudget,
    };
    await this.assertMembers(before, settings);
    await this.assertEscalated(before, request);
    const team = id === null ? await this.parts.teams.create(settings) : await this.parts.teams.update(id, settings);
    await this.parts.audit.record(actor, { action: 'save-team', object: `team/${team.id}` });
    return teamAnswer(team);
  }

  async removeTeam(actor: Actor, id: string): Promise<void> {
    await this.parts.teams.remove(id);
    await this.parts.audit.record(actor, { action: 'delete-team', object: `team/${id}` });
  }

  /** Makes a new signing key and shows it this once; the old one is worthless from now on. */
  async makeWebhookKey(actor: Actor, teamId: string): Promise<WebhookKey> {
    const version = await this.parts.teams.nextWebhookKeyVersion(teamId);
    await this.parts.audit.record(actor, { action: 'make-webhook-key', object: `team/${teamId}` });
    return { webhookKey: webhookKey(this.parts.secret, teamId, version) };
  }

  async webhookHosts(): Promise<WebhookHosts> {
    return { hosts: await this.parts.teams.webhookHosts() };
  }

  async saveWebhookHosts(actor: Actor, hosts: readonly string[]): Promise<WebhookHosts> {
    await this.parts.audit.record(actor, { action: 'save-webhook-hosts', object: hosts.join(',').slice(0, 500) });
    await this.parts.teams.setWebhookHosts(hosts);
    return { hosts: await this.parts.teams.webhookHosts() };
  }

  async deliveries(actor: Actor, query: z.output<typeof deliveryQuerySchema>): Promise<DeliveryList> {
    const subjects = subjectsFor(actor.user.role);
    const page = { state: query.state ?? null, cursor: query.cursor ?? null, limit: query.limit, subjects };
    const [{ items, nextCursor }, names] = await Promise.all([
      this.parts.deliveries.list(Reach.of(actor), page),
      this.teamNames(),
    ]);
    const people = new Map((await this.parts.users.everybody()).map(({ id, displayName }) => [id, displayName]));
    return {
      items: items.map((item) => deliveryAnswer(item, nameOf(names, item.teamId), people.get(item.recipient) ?? null)),
      nextCursor,
    };
  }

  async retryDelivery(actor: Actor, id: string): Promise<void> {
    await this.parts.deliveries.retry(Reach.of(actor), id, subjectsFor(actor.user.role));
    await this.parts.audit.record(actor, { action: 'retry-delivery', object: `delivery/${id}` });
  }

  /**
   * A team of a township that does not exist is told of nothing. Before the directory is loaded nobody knows which there are; what
   * the team has had since before may stay. Throws RefusedError('invalid').
   */
  private async assertTownships(before: StoredTeam | null, request: SaveTeamRequest): Promise<void> {
    const { divisions } = await this.parts.names.refresh();
    const known = new Set(divisions.flatMap(({ code, level }) => (level === 'township' ? [code] : [])));
    if (known.size === 0) return;
    const unknown = request.townshipCodes.filter((code) => !known.has(code) && !before?.townshipCodes.includes(code));
    if (unknown.length > 0)
      throw new RefusedError('invalid', `行政区划里没有这些乡镇：${unknown.join('、')}。请从列表中选择，或先载入行政区划`);
  }

  /** Whoever is told of a finding must be able to open it. Throws RefusedError('invalid'). */
  private async assertMembers(before: StoredTeam | null, settings: MembersSettings): Promise<void> {
    const users = new Map((await this.parts.users.list()).map((user) => [user.id, user]));
    const members = settings.memberIds.map((memberId) => users.get(memberId));
    if (members.includes(undefined)) throw new RefusedError('invalid', '成员中有已停用或不存在的账号，请移除后再保存');
    const blind = members.find((user) => user && !isAllowed(user.role, 'read-findings'));
    if (blind) throw new RefusedError('invalid', `${blind.displayName} 的角色不看疑点，不能接收预警，请移除后再保存`);
    // The default team hears of what no other team is responsible for: of any township, and of none.
    const conditions = [...settings.problemClasses, ...settings.unitIds];
    // So is a team that is told of a class or a unit wherever it is.
    const isOfCounty = before?.isDefault === true || (settings.townshipCodes.length === 0 && conditions.length > 0);
    const told: (string | null)[] = isOfCounty ? [null] : [...settings.townshipCodes];
    // A team without classes is told of all of them, those that are not known yet too.
    const classes = settings.problemClasses.length === 0 || before?.isDefault === true ? [null] : settings.problemClasses;
    const hears = (reach: Reach) => told.every((code) => reach.covers(code)) && classes.every((one) => reach.coversClass(one));
    const unable = members.find((user) => user && !hears(reachOf(user)));
    if (unable)
      throw new RefusedError(
        'invalid',
        `${unable.displayName} 的管辖范围不含本组负责的全部乡镇或问题类别，收到预警也打不开；请调整成员、乡镇、类别或其管辖范围`,
      );
  }

  /**
   * Who is told of what nobody acknowledges must be able to open findings. Whoever was named before may stay: such a person is passed over, and
   * that is on record. Throws RefusedError('invalid').
   */
  private async assertEscalated(before: StoredTeam | null, { escalation }: SaveTeamRequest): Promise<void> {
    if (!escalation) return;
    const kept = new Set(personsOfBoth(before?.escalation ?? null));
    const able = (await this.parts.users.list()).filter(({ role }) => isAllowed(role, 'read-findings'));
    const ableIds = new Set(able.map(({ id }) => id));
    if (personsOfBoth(escalation).some((id) => !ableIds.has(id) && !kept.has(id)))
      throw new RefusedError('invalid', '升级告知的人中有已停用、不存在或不看疑点的账号，请移除后再保存');
  }

  private async teamNames(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.parts.teams.list()).map((team) => [team.id, team.name]));
  }
}

/** As they are stored: with what was not said, and stays as it is. */
type MembersSettings = Pick<StoredTeam, 'memberIds' | 'townshipCodes' | 'problemClasses' | 'unitIds'>;

/** What is not said stays as it is. */
function quietHoursFrom(before: StoredTeam | null, { quietHours }: SaveTeamRequest) {
  if (quietHours === undefined) return before?.quietHours ?? null;
  return quietHours && quietHoursOf(quietHours);
}

function personsOfBoth(escalation: StoredTeam['escalation']): readonly string[] {
  return escalation ? [...escalation.firstIds, ...escalation.secondIds] : [];
}

function reachOf(user: User): Reach {
  return Reach.of({ user });
}

function nameOf(names: ReadonlyMap<string, string>, teamId: string | null): string | null {
  return teamId === null ? null : (names.get(teamId) ?? '（已删除的组）');
}
