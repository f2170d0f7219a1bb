import { recordTopic, WRITER_GROUP } from '@tianyan/contracts';
import type { StreamAdmin } from '@tianyan/stream';
import type { FirstLoad } from './rule-activation.js';

/** What the connector knows of its sources. */
export interface FirstReads {
  /** Record types of feeds that have not been read to their end once. */
  pendingTypes(): Promise<ReadonlySet<string>>;
}

/**
 * History is loaded when the sources have been read to their end once *and* what they brought is in the warehouse. After
 * that, a backlog is an ordinary delay: live work catches up with it.
 */
export class LoadedHistory implements FirstLoad {
  private readonly loaded = new Set<string>();

  constructor(
    private readonly reads: FirstReads,
    private readonly admin: StreamAdmin,
  ) {}

  async pendingTypes(types: readonly string[]): Promise<ReadonlySet<string>> {
    const unknown = types.filter((type) => !this.loaded.has(type));
    if (unknown.length === 0) return new Set();
    const unread = await this.reads.pendingTypes();
    for (const type of unknown.filter((candidate) => !unread.has(candidate)))
      if (await this.isWritten(type)) this.loaded.add(type);
    return new Set(unknown.filter((type) => !this.loaded.has(type)));
  }

  private async isWritten(type: string): Promise<boolean> {
    const lags = await this.admin.lag(WRITER_GROUP, [recordTopic(type)]);
    return lags.every((partition) => partition.lagMessages === 0);
  }
}
