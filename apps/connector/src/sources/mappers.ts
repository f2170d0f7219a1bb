import { compileMapping, type Catalogue, type KeyedDigest, type Mapper, type MappingDocument } from '@tianyan/contracts';
import type { Clock } from '@tianyan/kernel';
import type { MappingStore } from '../store/mapping-store.js';
import type { LoadedSource } from './load-sources.js';

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

  /** The mapper by which a feed is read now; null for a feed that nobody knows any more. */
  async of(source: string, feed: string): Promise<Mapper | null> {
    const loaded = this.configured.find(({ config }) => config.source === source);
    const document = loaded?.mappings.get(feed) ?? (await this.parts.mappings.find(source, feed));
    return document ? this.make(source, document) : null;
  }
}
