import { MINUTE_MS, type EpochMs } from '@tianyan/kernel';
import type { Trouble } from '@tianyan/notices';

/** How a source is doing; a row of the store of sources fits as it is. */
export interface SourceState {
  name: string;
  label: string;
  /** Switched off by an administrator: nobody has to be told that it is not read. */
  enabled: boolean;
  state: 'idle' | 'running' | 'failing' | 'waiting';
  /** Machine time, as below. */
  lastRunAtMs: EpochMs | null;
  lastSuccessAtMs: EpochMs | null;
  /** When the reading in hand, or the last one, took a page. */
  lastPageAtMs: EpochMs | null;
}

/** Where the states of the sources are read. */
export interface SourceHealth {
  list(): Promise<readonly SourceState[]>;
}

/** A source that is configured, so that somebody expects it to be read. */
export interface WatchedSource {
  name: string;
  /** How often one of its feeds is read; null where the upstream pushes, whenever it likes. */
  everyMs: number | null;
}

/** So many readings that were due may be missing before a source counts as silent: one may just take long. */
const MISSED_READINGS = 3;
/**
 * A first reading of years takes hours, in which nothing succeeds or fails, but pages come. So long one page may take: an upstream
 * that answers slowly is asked again for some minutes, a large workbook is unpacked.
 */
export const LONGEST_PAGE_MS = 15 * MINUTE_MS;

/** What is wrong with the source; null: nothing. */
export function troubleOf(source: SourceState, { everyMs }: WatchedSource, nowMs: EpochMs): Trouble | null {
  if (source.state === 'failing') return 'failing';
  if (everyMs === null) return null;
  const isReading = source.state === 'running';
  const allowedMs = MISSED_READINGS * everyMs;
  const movedAtMs = isReading ? Math.max(source.lastRunAtMs ?? 0, source.lastPageAtMs ?? 0) : 0;
  const lastMs = Math.max(source.lastSuccessAtMs ?? 0, movedAtMs);
  return nowMs - lastMs > (isReading ? Math.max(allowedMs, LONGEST_PAGE_MS) : allowedMs) ? 'silent' : null;
}

/** As much of a configured source as its rhythm follows from; one that the connector has loaded fits as it is. */
interface ConfiguredSource {
  config: {
    source: string;
    everyMs?: number | undefined;
    feeds?: readonly { feed: string; everyMs?: number | undefined }[] | undefined;
  };
}

/** The shortest rhythm of its feeds is that of the source: its last success is that of any of them. */
export function watchedSources(configured: readonly ConfiguredSource[]): WatchedSource[] {
  return configured.map(({ config }) => {
    const rhythms = (config.feeds ?? []).flatMap((feed) => feed.everyMs ?? config.everyMs ?? []);
    return { name: config.source, everyMs: rhythms.length === 0 ? (config.everyMs ?? null) : Math.min(...rhythms) };
  });
}
