import type { MappingDocument } from '@tianyan/contracts';
import type { LoadRegister } from './loads/load-register.js';
import { feedLock } from './feed-lock.js';
import type { Clock, OutboundHosts, Pause, Rng } from '@tianyan/kernel';
import type { NamedLock } from '@tianyan/postgres';
import type { Logger } from 'pino';
import { errorText } from './error-text.js';
import type { FileIntake } from './files/file-intake.js';
import { FilesFailedError, FOLDER, readFolder } from './file-drop/read-folder.js';
import { looksBack, parseCursor, startOf } from './http-pull/cursor.js';
import { UpstreamClient } from './http-pull/http-client.js';
import { httpPages } from './http-pull/http-pages.js';
import { AnnouncedLoad } from './loads/announced-load.js';
import type { Pipeline } from './pipeline/pipeline.js';
import { RunInterruptedError } from './pipeline/run-interrupted.js';
import { RecentRecords } from './pipeline/recent-records.js';
import type { SourcePage } from './pipeline/row.js';
import type { HeldLists } from './snapshot-diff/held-lists.js';
import { withDeletions } from './snapshot-diff/with-deletions.js';
import type { SnapshotStore } from './snapshot-diff/snapshot-store.js';
import type { LoadedSource } from './configured/load-sources.js';
import type { Mappers } from './configured/mappers.js';
import type { FileDropConfig, HttpFeedConfig, HttpPullConfig } from './configured/source-config.js';
import type { FileStore } from './store/file-store.js';
import type { FirstLoads } from './store/first-loads.js';
import type { RunCounts, SourceStore } from './store/source-store.js';

/** What a connector needs from the process around it. */
export interface ConnectorParts {
  countyClock: Clock;
  machineClock: Clock;
  rng: Rng;
  pause: Pause;
  logger: Logger;
  pipeline: Pipeline;
  sources: SourceStore;
  snapshots: SnapshotStore;
  held: HeldLists;
  files: FileStore;
  intake: FileIntake;
  mappers: Mappers;
  lock: NamedLock;
  firstLoads: FirstLoads;
  /** Where upstreams may be. */
  outbound: OutboundHosts;
  loads: LoadRegister;
}

/** A feed that is due by time. */
export interface ScheduledFeed {
  source: string;
  feed: string;
  everyMs: number;
}

/** Reads the configured sources, one feed at a time. */
export class Connector {
  private readonly client: UpstreamClient;
  private readonly stopping = new AbortController();
  /** By feed; of those that look back. */
  private readonly recent = new Map<string, RecentRecords>();

  constructor(
    private readonly parts: ConnectorParts,
    private readonly configured: readonly LoadedSource[],
  ) {
    this.client = new UpstreamClient(parts.outbound, parts.machineClock, this.stopping.signal);
  }

  /** Ends every poll that waits for an upstream: its answer may take longer than a process has for its stop. */
  interrupt(): void {
    this.stopping.abort();
  }

  /** Makes the sources known to the console, before anything is read. */
  async register(): Promise<void> {
    for (const loaded of this.configured) {
      const { config } = loaded;
      await this.parts.sources.register({ name: config.source, label: config.label, kind: config.kind });
      await this.parts.sources.keepOnly(config.source, [FOLDER, ...config.feeds.map(({ feed }) => feed)]);
      for (const [feed, types] of onlyFeeds(loaded)) await this.parts.snapshots.claim({ source: config.source, feed }, types);
    }
  }

  /** The feeds that have to be read again and again. */
  scheduled(): ScheduledFeed[] {
    return this.configured.flatMap(({ config }) => {
      switch (config.kind) {
        case 'http-pull':
          return config.feeds.map((feed) => ({
            source: config.source,
            feed: feed.feed,
            everyMs: feed.everyMs ?? config.everyMs,
          }));
        case 'file-drop':
          return [{ source: config.source, feed: FOLDER, everyMs: config.everyMs }];
        case 'webhook':
          return [];
        default:
          return config satisfies never;
      }
    });
  }

  /**
   * Reads one feed to the end of what is ready now. Returns null if it is being read already, here or elsewhere, or is
   * switched off. A failure is noted with the source for the console and not thrown: the next poll tries again.
   */
  async poll(sourceName: string, feedName: string): Promise<RunCounts | null> {
    const loaded = this.configured.find(({ config }) => config.source === sourceName);
    if (!loaded) return null;
    return this.parts.lock.alone(feedLock(sourceName, feedName), async () => {
      const status = await this.parts.sources.find(sourceName);
      if (!status?.enabled) return null;
      await this.parts.sources.runStarted(sourceName);
      try {
        const counts = await this.read(loaded, feedName);
        await this.parts.sources.runEnded(sourceName, feedName, null);
        return counts;
      } catch (error) {
        if (error instanceof RunInterruptedError) return null;
        this.parts.logger.warn({ err: error, source: sourceName, feed: feedName }, 'a source could not be read');
        await this.parts.sources.runEnded(sourceName, feedName, errorText(error));
        return null;
      }
    });
  }

  private async read(loaded: LoadedSource, feedName: string): Promise<RunCounts | null> {
    switch (loaded.config.kind) {
      case 'http-pull':
        return this.pull(loaded.config, loaded, feedName);
      case 'file-drop':
        return this.takeFiles(loaded.config, loaded);
      case 'webhook':
        return null;
      default:
        return loaded.config satisfies never;
    }
  }

  private async takeFiles(source: FileDropConfig, loaded: LoadedSource): Promise<RunCounts> {
    const { intake, held, files, machineClock, mappers, firstLoads, loads, logger, sources } = this.parts;
    const types = [...new Set([...loaded.mappings.values()].flatMap(({ records }) => records.map(({ type }) => type)))];
    const load = await AnnouncedLoad.ofFeed(loads, { kind: 'folder', source: source.source, feed: FOLDER, types }, 'first-page');
    const reading = readFolder(
      {
        intake,
        held,
        files,
        machineClock,
        load,
        mapper: (feed) => mappers.make(source.source, mappingOf(loaded, feed.feed)),
        onUnread: (fileName, sheets) =>
          logger.warn({ source: source.source, fileName, sheets }, 'a workbook has sheets that are not read'),
        onNote: (about, note) => sources.note(source.source, about, note),
        onFeedRead: ({ feed }) => firstLoads.note(source.source, [feed]),
      },
      source,
    );
    try {
      const result = await reading;
      await load.end();
      return result;
    } catch (error) {
      // Anything else stopped in the middle: the next look at the folder goes on with the load.
      if (!(error instanceof FilesFailedError)) throw error;
      await load.end();
      throw error;
    }
  }

  private async pull(source: HttpPullConfig, loaded: LoadedSource, feedName: string): Promise<RunCounts | null> {
    const feed = source.feeds.find((candidate) => candidate.feed === feedName);
    if (!feed) return null;
    const mapper = this.parts.mappers.make(source.source, mappingOf(loaded, feedName));
    // A list that is resumed in its middle lacks everything before: it is read from its first page every time.
    const full = feed.snapshot === 'full';
    const cursor = full ? null : await this.parts.sources.cursor(source.source, feed.feed);
    const pages = this.pages(source, feed, cursor);
    const load = await this.loadOf(source, feed, mapper.types);
    const recent = this.recentOf(source, feed, cursor);
    const input = { source: source.source, feed: feed.feed, mapper, skipKnown: full, load, ...recent };
    const counts = full ? await withDeletions(this.parts, input, pages, null) : await this.parts.pipeline.run(input, pages);
    await load.end();
    await this.parts.firstLoads.note(source.source, [feed.feed]);
    return counts;
  }

  /** A first pull is a load from its first page on; later, what is more than one page: the feed catches up. */
  private async loadOf(source: HttpPullConfig, { feed }: HttpFeedConfig, types: readonly string[]): Promise<AnnouncedLoad> {
    const { loads, firstLoads } = this.parts;
    const announcement = { source: source.source, feed, types };
    return (await firstLoads.isLoaded(source.source, feed))
      ? AnnouncedLoad.ofFeed(loads, { kind: 'catch-up', ...announcement }, 'when-more-follows')
      : AnnouncedLoad.ofFeed(loads, { kind: 'first-pull', ...announcement }, 'first-page');
  }

  private recentOf(source: HttpPullConfig, feed: HttpFeedConfig, cursor: string | null): { recent?: RecentRecords } {
    if (feed.snapshot === 'full' || !looksBack(feed, cursor === null ? startOf(feed) : parseCursor(cursor))) return {};
    const name = `${source.source}/${feed.feed}`;
    const recent = this.recent.get(name) ?? new RecentRecords();
    this.recent.set(name, recent);
    return { recent };
  }

  private pages(source: HttpPullConfig, feed: HttpFeedConfig, cursor: string | null): AsyncIterable<SourcePage> {
    const { sources, rng, pause, logger } = this.parts;
    return httpPages({
      client: this.client,
      source,
      feed,
      cursor,
      save: async (next) => (feed.snapshot === 'full' ? undefined : sources.saveCursor(source.source, feed.feed, next)),
      rng,
      pause: (delayMs) => pause(delayMs, this.stopping.signal),
      onRetry: (error, attempt, delayMs) =>
        logger.debug({ err: error, source: source.source, feed: feed.feed, attempt, delayMs }, 'asking the upstream again'),
    });
  }
}

/** Record types that only one feed of the source yields, by that feed. */
function onlyFeeds({ mappings }: LoadedSource): [string, string[]][] {
  const typesOf = (document: MappingDocument) => new Set(document.records.map(({ type }) => type));
  return [...mappings].map(([feed, document]) => {
    const others = new Set([...mappings].filter(([other]) => other !== feed).flatMap(([, other]) => [...typesOf(other)]));
    return [feed, [...typesOf(document)].filter((type) => !others.has(type))];
  });
}

function mappingOf(loaded: LoadedSource, feed: string): MappingDocument {
  const mapping = loaded.mappings.get(feed);
  if (!mapping) throw new RangeError(`feed ${feed} was loaded without its mapping`);
  return mapping;
}
