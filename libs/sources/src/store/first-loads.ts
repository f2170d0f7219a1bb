import type { Clock } from '@tianyan/kernel';
import { execute, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { LoadedSource } from '../configured/load-sources.js';
import type { SourceConfig } from '../configured/source-config.js';

const loadedSchema = z.object({ source: z.string(), feed: z.string() });
const nameSchema = z.object({ name: z.string() });

/** Remembers which feeds have been read to their end once, and tells which record types still miss history. */
export class FirstLoads {
  /** Feeds noted by this process: a poll every second must not write every second. */
  private readonly noted = new Set<string>();

  constructor(
    private readonly pool: Pool,
    private readonly machineClock: Clock,
    private readonly configured: readonly LoadedSource[],
  ) {}

  /**
   * Record types of which some enabled source has not been read to its end yet. Sources that push, and files that people
   * bring, have no end and are never waited for. The records read may still be on their way from stream to warehouse.
   */
  async pendingTypes(): Promise<ReadonlySet<string>> {
    const loaded = await rows(this.pool, loadedSchema, 'SELECT source, feed FROM source_first_load');
    const switchedOff = await rows(this.pool, nameSchema, 'SELECT name FROM source WHERE NOT enabled');
    const done = new Set(loaded.map(({ source, feed }) => keyOf(source, feed)));
    const off = new Set(switchedOff.map(({ name }) => name));
    return new Set(
      this.configured
        .filter(({ config }) => hasEnd(config) && !off.has(config.source))
        .flatMap(({ config, mappings }) =>
          [...mappings]
            .filter(([feed]) => !done.has(keyOf(config.source, feed)))
            .flatMap(([, mapping]) => mapping.records.map(({ type }) => type)),
        ),
    );
  }

  /** Whether the feed has been read to its end once. */
  async isLoaded(source: string, feed: string): Promise<boolean> {
    if (this.noted.has(keyOf(source, feed))) return true;
    const found = await execute(this.pool, 'SELECT 1 FROM source_first_load WHERE source = $1 AND feed = $2', [source, feed]);
    return found === 1;
  }

  /** Notes that these feeds were read to the end of what was there, after the stream has acknowledged all of it. */
  async note(source: string, feeds: readonly string[]): Promise<void> {
    const fresh = feeds.filter((feed) => !this.noted.has(keyOf(source, feed)));
    if (fresh.length === 0) return;
    await execute(
      this.pool,
      `INSERT INTO source_first_load (source, feed, loaded_at_ms) SELECT $1, feed, $3::bigint FROM unnest($2::text[]) AS feed
       ON CONFLICT (source, feed) DO NOTHING`,
      [source, fresh, this.machineClock.nowMs()],
    );
    for (const feed of fresh) this.noted.add(keyOf(source, feed));
  }
}

function hasEnd(config: SourceConfig): boolean {
  switch (config.kind) {
    case 'http-pull':
    case 'file-drop':
      return true;
    case 'webhook':
      return false;
    default:
      return config satisfies never;
  }
}

function keyOf(source: string, feed: string): string {
  return `${source}/${feed}`;
}
