import { LANDED_TOPIC, recordTopic, type Catalogue } from '@tianyan/contracts';
import { DAY_MS, type EpochMs } from '@tianyan/kernel';
import { RecordDeadLetters } from '@tianyan/notices';
import type { Pool } from '@tianyan/postgres';
import { deadLetterTopic, type StreamAdmin } from '@tianyan/stream';
import type { Logger } from 'pino';
import type { Looked, WatchedParts } from './watched-parts.js';

/** So long without another: also a source that is read once a day has been read again, and nothing of it was given up. */
export const QUIET_MS = DAY_MS;
/** Reads nothing: the ends of the topics are asked for in its name. */
const GROUP = 'dead-letter-watch';

/**
 * Records that no consumer could take, such as those that the writer could not store: told once for those that come together (a burst), and when a day
 * has passed without another. The count alone is told, nothing of what they hold.
 */
export class WatchedDeadLetters implements WatchedParts {
  private readonly topics: readonly string[];
  private readonly letters: RecordDeadLetters;

  constructor(private readonly parts: { catalogue: Catalogue; admin: Pick<StreamAdmin, 'lag'>; pool: Pool; logger: Logger }) {
    const types = parts.catalogue.all().map(({ type }) => recordTopic(type));
    this.topics = [...types, LANDED_TOPIC].map(deadLetterTopic);
    this.letters = new RecordDeadLetters(parts.pool);
  }

  async look(nowMs: EpochMs): Promise<readonly Looked[]> {
    await this.ask(nowMs);
    return [unstored(await this.letters.countSince(nowMs - QUIET_MS))];
  }

  private async ask(nowMs: EpochMs): Promise<void> {
    const { admin, logger } = this.parts;
    const ends = await admin.lag(GROUP, this.topics).catch((error: unknown) => {
      // What was seen before still holds, and whatever else is out has to be told while the stream is away.
      logger.warn({ err: error }, 'the stream does not tell of records that were given up; asked again');
      return null;
    });
    if (ends !== null) await this.letters.seen(this.topics, ends, nowMs, QUIET_MS);
  }
}

function unstored(count: number): Looked {
  return {
    subject: { kind: 'platform', id: 'record-dead-letters' },
    trouble: count > 0 ? 'unstored' : null,
    words: {
      title: '有数据没能入库',
      wellTitle: '一天内没有新的数据入库失败',
      text: `有记录平台反复处理不了，没有入库（死信，这一次现在共 ${count} 条），相关的疑点可能缺失。原文没有丢，请按运行指南“没能入库的记录”查明原因并补读。`,
      path: '/sources',
      severity: 'high',
    },
  };
}
