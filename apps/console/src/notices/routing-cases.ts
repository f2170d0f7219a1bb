import { Reach, type Actor } from '@tianyan/access';
import { PREVIEW_DAYS, type QueueTeam, type RoutingPreviews } from '@tianyan/findings';
import type { TeamStore } from '@tianyan/notices';
import type { RoutingPreview, RoutingPreviewRequest } from '../api/index.js';

/** In place of the id that a team is given when it is made. */
const NEW_TEAM = 'new';

/** What a change of who is told would have brought, before it is made. */
export class RoutingCases {
  constructor(private readonly parts: { previews: RoutingPreviews; teams: TeamStore }) {}

  async preview(actor: Actor, { id, ...conditions }: RoutingPreviewRequest): Promise<RoutingPreview> {
    const { previews, teams } = this.parts;
    const now: readonly QueueTeam[] = await teams.list();
    const known = now.find((team) => team.id === id);
    const changed: QueueTeam = { ...(known ?? { id: NEW_TEAM, isDefault: false, weeklyBudget: null }), ...conditions };
    const then = known ? now.map((team) => (team === known ? changed : team)) : [...now, changed];
    const [before, after] = await Promise.all([now, then].map((list) => previews.count(Reach.of(actor), list, changed.id)));
    const none = { team: 0, fallback: 0 };
    return { days: PREVIEW_DAYS, before: before ?? none, after: after ?? none };
  }
}
