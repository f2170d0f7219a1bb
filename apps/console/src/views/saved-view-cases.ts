import type { Actor } from '@tianyan/access';
import type { SavedViews } from '@tianyan/findings';
import type { SavedViewList, SaveViewRequest } from '../api/index.js';

/** Filters that people keep for themselves. */
export class SavedViewCases {
  constructor(private readonly views: SavedViews) {}

  async list({ user }: Actor): Promise<SavedViewList> {
    return { items: [...(await this.views.list(user.id))] };
  }

  async save(actor: Actor, request: SaveViewRequest): Promise<SavedViewList> {
    await this.views.save(actor.user.id, request);
    return this.list(actor);
  }

  async remove(actor: Actor, id: string): Promise<SavedViewList> {
    await this.views.remove(actor.user.id, id);
    return this.list(actor);
  }
}
