import { compileMapping, type Catalogue, type KeyedDigest, type Mapper, type MappingDocument } from '@tianyan/contracts';
import { contentHash, type Clock } from '@tianyan/kernel';
import type { MappingStore } from '../store/mapping-store.js';
import type { LoadedSource } from './load-sources.js';

/** Tells mappings apart: by another one the same row may say something else. */
export function mappingHash(document: MappingDocument): string {
  return contentHash(JSON.stringify(document));
}

/** Makes mappers with the clocks and keys of this process. */
export class Mappers {
  constructor(
    private readonly parts: { catalogue: Catalogue; digest: KeyedDigest; countyClock: Clock; mappings: MappingStore },
    private readonly configured: readonly LoadedSource[],
  ) {}

  make(source: string, document: MappingDocument): Mapper {
    const { catalogue, digest, countyClock } = this.parts;
    return compileMapping(document, catalogue, { source, digest, clock: countyClock });
  }

  /** The mappings by which a feed, or with null any feed of the source, is read: they say what its columns are. */
  async documentsOf(source: string, feed: string | null): Promise<MappingDocument[]> {
    const own = this.configured.find(({ config }) => config.source === source)?.mappings ?? new Map<string, MappingDocument>();
    if (feed === null) return [...own.values(), ...(await this.parts.mappings.ofSource(source))];
    const document = own.get(feed) ?? (await this.parts.mappings.find(source, feed));
    return document ? [document] : [];
  }

  /** Whether what the feed has brought is remembered: files and full lists say it again each time. */
  repeats(source: string, feed: string): boolean {
    const own = this.configured.find(({ config }) => config.source === source);
    const document = own?.mappings.get(feed);
    // A source that is in no configuration has come in a file.
    if (!own || !document) return true;
    const isFullList =
      own.config.kind === 'http-pull' && own.config.feeds.some((one) => one.feed === feed && one.snapshot === 'full');
    return isFullList || document.file !== undefined;
  }

  /** The mapper by which a feed is read now; null for a feed that nobody knows any more. */
  async of(source: string, feed: string): Promise<Mapper | null> {
    const [document] = await this.documentsOf(source, feed);
    return document ? this.make(source, document) : null;
  }
}
