import { isAllowed, Reach, type Actor } from '@tianyan/access';
import { countyRisks, queuesOf, takeOn, weekOf, type FindingFilter, type TeamQueue, type WeekQueries } from '@tianyan/findings';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type { Team, TeamStore } from '@tianyan/notices';
import { inTransaction, type Pool } from '@tianyan/postgres';
import type { TeamWeekList } from '../api/index.js';

/** What teams take on week by week; looking at a week fills its free places. */
export class WeekCases {
  constructor(private readonly parts: { pool: Pool; teams: TeamStore; weeks: WeekQueries; countyClock: Clock }) {}

  async list(actor: Actor): Promise<TeamWeekList> {
    const teams = await this.parts.teams.list();
    const limited = teams.flatMap((team) =>
      team.weeklyBudget !== null && maySee(actor, team) ? [{ ...team, weeklyBudget: team.weeklyBudget }] : [],
    );
    if (limited.length === 0) return { items: [] };
    const nowMs = this.parts.countyClock.nowMs();
    const queues = queuesOf(teams);
    const risks = await this.filled(queues, nowMs);
    const items: TeamWeekList['items'] = [];
    for (const { id, name, weeklyBudget, memberIds } of limited) {
      const counts = await this.parts.weeks.counts(Reach.of(actor), queueOf(queues, id), weekOf(nowMs), risks);
      const own = memberIds.includes(actor.user.id);
      items.push({ teamId: id, teamName: name, own, weeklyBudget, fromDay: weekOf(nowMs), ...counts });
    }
    return { items };
  }

  /** Throws RefusedError('not-found') for a team that is none, or not theirs. */
  async filter(actor: Actor, teamId: string, place: 'week' | 'behind' | undefined): Promise<Pick<FindingFilter, 'queue'>> {
    const teams = await this.parts.teams.list();
    const team = teams.find(({ id }) => id === teamId);
    if (!team || !maySee(actor, team))
      throw new RefusedError('not-found', '没有这个监督组，或者您不在组里，请从“疑点”重新打开。');
    const nowMs = this.parts.countyClock.nowMs();
    const queues = queuesOf(teams);
    if (team.weeklyBudget !== null) await this.filled(queues, nowMs);
    // Without a budget nothing stands behind: a link of before shows all.
    const asked = team.weeklyBudget === null ? 'both' : (place ?? 'both');
    return { queue: { queue: queueOf(queues, teamId), week: weekOf(nowMs), place: asked } };
  }

  private async filled(queues: readonly TeamQueue[], nowMs: number) {
    return inTransaction(this.parts.pool, async (client) => {
      const risks = await countyRisks(client);
      await takeOn(client, queues, nowMs, risks);
      return risks;
    });
  }
}

function maySee({ user }: Actor, { memberIds }: Team): boolean {
  return memberIds.includes(user.id) || isAllowed(user.role, 'manage-teams');
}

function queueOf(queues: readonly TeamQueue[], teamId: string): TeamQueue {
  const found = queues.find(({ team }) => team.id === teamId);
  if (!found) throw new RangeError(`no team ${teamId}`);
  return found;
}
