import { DAY_MS, HOUR_MS, type EpochMs } from '@tianyan/kernel';
import { deadLettersSince, type OutageSubject, type Trouble } from '@tianyan/notices';
import type { Pool } from '@tianyan/postgres';
import type { OutageWords } from './outage-notices.js';
import { troubleOf, type SourceHealth, type SourceState, type WatchedSource } from './source-health.js';

/** Something that may be out, as it is at a look. */
export interface Looked {
  subject: OutageSubject;
  /** Null: it works. */
  trouble: Trouble | null;
  words: OutageWords;
}

/** What is looked at together: what it does not name is not expected to work any more. */
export interface WatchedParts {
  look(nowMs: EpochMs): Promise<readonly Looked[]>;
}

const FAILING = '一直读取失败。请打开这个数据源的页面，按上面写的原因处理。';
const SILENT = '没有按时读取，也没有报错，多半是接入进程没有运行或停住了。请检查接入进程和它的日志。';

/** Configured sources, by their own rhythm; what is switched off works. */
export class WatchedSources implements WatchedParts {
  constructor(
    private readonly parts: {
      sources: SourceHealth;
      /** Others, which are known from before, are not expected to be read. */
      watched: readonly WatchedSource[];
    },
  ) {}

  async look(nowMs: EpochMs): Promise<readonly Looked[]> {
    const states = new Map((await this.parts.sources.list()).map((state) => [state.name, state]));
    return this.parts.watched.flatMap((source) => {
      const state = states.get(source.name);
      return state?.enabled ? [lookedAt(state, source, nowMs)] : [];
    });
  }
}

function lookedAt(state: SourceState, source: WatchedSource, nowMs: EpochMs): Looked {
  const trouble = troubleOf(state, source, nowMs);
  return {
    subject: { kind: 'source', id: state.name },
    trouble,
    words: {
      title: `数据源“${state.label}”中断`,
      wellTitle: `数据源“${state.label}”已恢复`,
      text: trouble === 'silent' ? SILENT : FAILING,
      path: `/sources/${encodeURIComponent(state.name)}`,
      severity: 'high',
    },
  };
}

/** What nobody has sent again for so long is not going to be: it is not told of for ever. */
const DEAD_LETTERS_COUNT_FOR_MS = 3 * DAY_MS;
/** From where on something is out. */
export interface PlatformLimits {
  /** More rows within an hour than somebody can look at in one. */
  quarantineRowsPerHour: number;
  /** Far above what stops the platform (`MIN_FREE_BYTES`). */
  littleFreeBytes: number;
}

/** What the process knows of the platform itself. */
export interface PlatformHealth {
  /** Whether so many rows that nobody has settled came into the quarantine since an instant of the machine's clock. */
  quarantine: { grewBy(rows: number, sinceMs: EpochMs): Promise<boolean> };
  /** Of the data folder; null: the file system does not say. */
  disk: { freeBytes(): Promise<number | null> };
  /** Of the machine whose disk that is: each notifier looks at its own. */
  host: string;
}

const DISK_PREFIX = 'disk:';

/** What the notifier of one machine looks at, and those of the others know nothing of. */
export const isOfOneMachine = ({ kind, id }: OutageSubject): boolean => kind === 'platform' && id.startsWith(DISK_PREFIX);

/** The platform itself: letters that were given up, a quarantine that grows, a disk that fills. Counts alone are told, nothing of what they count. */
export class WatchedPlatform implements WatchedParts {
  constructor(private readonly parts: PlatformHealth & { pool: Pool; limits: PlatformLimits }) {}

  async look(nowMs: EpochMs): Promise<readonly Looked[]> {
    const { pool, quarantine, disk, host } = this.parts;
    const { quarantineRowsPerHour, littleFreeBytes } = this.parts.limits;
    const [dead, grows, freeBytes] = await Promise.all([
      deadLettersSince(pool, nowMs - DEAD_LETTERS_COUNT_FOR_MS),
      quarantine.grewBy(quarantineRowsPerHour, nowMs - HOUR_MS),
      disk.freeBytes(),
    ]);
    return [
      deadLetters(dead),
      growingQuarantine(grows, quarantineRowsPerHour),
      ...(freeBytes === null ? [] : [fillingDisk(host, { freeBytes, littleFreeBytes })]),
    ];
  }
}

function deadLetters(count: number): Looked {
  return {
    subject: { kind: 'platform', id: 'dead-letters' },
    trouble: count > 0 ? 'dead-letters' : null,
    words: {
      title: '有通知多次没有送达，已停发',
      // What nobody has sent again in that time counts no more: it may not have been settled.
      wellTitle: '近三天没有未送达的通知了',
      text: `有通知没有送到（死信，现在共 ${count} 条）。请打开“送达记录”，按写明的原因处理后点“再发一次”。`,
      path: '/deliveries',
      severity: 'medium',
    },
  };
}

function growingQuarantine(grows: boolean, rowsPerHour: number): Looked {
  return {
    subject: { kind: 'platform', id: 'quarantine' },
    trouble: grows ? 'growing' : null,
    words: {
      title: '隔离区里的行增长很快',
      wellTitle: '隔离区不再快速增长',
      text: `一小时内有 ${rowsPerHour} 行以上进入隔离区，多半是上游改了格式。请打开“隔离区”，按组处理。`,
      path: '/quarantine',
      severity: 'medium',
    },
  };
}

function fillingDisk(
  host: string,
  { freeBytes, littleFreeBytes }: { freeBytes: number } & Pick<PlatformLimits, 'littleFreeBytes'>,
): Looked {
  const gigabytes = Math.floor((freeBytes / 1024 ** 3) * 10) / 10;
  return {
    subject: { kind: 'platform', id: `${DISK_PREFIX}${host}` },
    trouble: freeBytes < littleFreeBytes ? 'filling' : null,
    words: {
      title: '数据盘快满了',
      wellTitle: '数据盘的空间够了',
      text: `服务器“${host}”的数据盘剩余空间不足（现在约 ${gigabytes} GB）。写满后平台会停下来，请尽快清理或扩容。`,
      path: '/',
      severity: 'high',
    },
  };
}
