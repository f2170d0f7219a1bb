import { isAllowed, type Role, type UserStore } from '@tianyan/access';
import type { NoticeRecipient, SubjectKind } from './notice.js';
import type { TeamStore } from './team-store.js';

/**
 * What a person of this role may hear of. Alerts go by teams and reach; how the platform itself is doing concerns those who run
 * it, by the table of permissions. Asked when it is told and again when it is read: a role may have changed in between.
 */
export function subjectsFor(role: Role): readonly SubjectKind[] {
  const told: SubjectKind[] = [];
  if (isAllowed(role, 'read-findings')) told.push('finding', 'exemption');
  if (isAllowed(role, 'read-clues')) told.push('clue');
  if (isAllowed(role, 'receive-platform-notices')) told.push('source', 'rule');
  return told;
}

/** Who hears of the platform itself: each person who runs it, and the webhooks of the teams that asked for it. */
export class PlatformRouting {
  constructor(private readonly parts: { users: Pick<UserStore, 'list'>; teams: Pick<TeamStore, 'list'> }) {}

  async recipients(): Promise<NoticeRecipient[]> {
    const [users, teams] = await Promise.all([this.parts.users.list(), this.parts.teams.list()]);
    return [
      ...users
        .filter(({ role }) => isAllowed(role, 'receive-platform-notices'))
        .map(({ id }): NoticeRecipient => ({ channel: 'inbox', userId: id, teamId: null })),
      ...teams
        .filter(({ platformNotices, webhookUrl }) => platformNotices && webhookUrl !== null)
        .map(({ id }): NoticeRecipient => ({ channel: 'webhook', teamId: id })),
    ];
  }
}
