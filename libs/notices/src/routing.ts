import { isAllowed, type Role, type UserStore } from '@tianyan/access';
import type { NoticeRecipient, SubjectKind } from './notice.js';
import type { NoticeSeverity } from './severity.js';
import type { TeamStore } from './team-store.js';

/**
 * What a person of this role may hear of. Alerts go by teams and reach; how the platform itself is doing concerns those who run
 * it, by the table of permissions. Asked when it is told and again when it is read: a role may have changed in between.
 */
export function subjectsFor(role: Role): readonly SubjectKind[] {
  const told: SubjectKind[] = [];
  if (isAllowed(role, 'read-findings')) told.push('finding', 'exemption');
  if (isAllowed(role, 'read-clues')) told.push('clue');
  if (isAllowed(role, 'read-supervision')) told.push('letter', 'circular', 'campaign', 'campaign-task');
  if (isAllowed(role, 'answer-for-unit')) told.push('assignment');
  if (isAllowed(role, 'receive-platform-notices')) told.push('source', 'rule', 'channel', 'platform');
  return told;
}

/** Who hears of the platform itself: each person who runs it, and, outside it, the teams that asked for it, by their webhook and other channels. */
export class PlatformRouting {
  constructor(private readonly parts: { users: Pick<UserStore, 'list'>; teams: Pick<TeamStore, 'list' | 'platformChannels'> }) {}

  /** A channel that is for graver alerts alone is left out. */
  async recipients(severity: NoticeSeverity): Promise<NoticeRecipient[]> {
    const [users, teams, channels] = await Promise.all([
      this.parts.users.list(),
      this.parts.teams.list(),
      this.parts.teams.platformChannels(severity),
    ]);
    return [
      ...users
        .filter(({ role }) => isAllowed(role, 'receive-platform-notices'))
        .map(({ id }): NoticeRecipient => ({ channel: 'inbox', userId: id, teamId: null })),
      ...teams
        .filter(({ platformNotices, webhookUrl }) => platformNotices && webhookUrl !== null)
        .map(({ id }): NoticeRecipient => ({ channel: 'webhook', teamId: id })),
      ...channels,
    ];
  }
}
