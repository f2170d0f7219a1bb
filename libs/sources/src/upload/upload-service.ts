import type { LoadRegister } from '../loads/load-register.js';
import { directoryListEntry, readMapping, type MappingDocument } from '@tianyan/contracts';
import { MAX_MAPPING_CHARS } from '@tianyan/contracts/limits';
import { isNestedDeeper, RefusedError } from '@tianyan/kernel';
import type { NamedLock } from '@tianyan/postgres';
import type { FileIntake, FileSummary } from '../files/file-intake.js';
import { FileRefusedError } from '../files/limits.js';
import type { RecordOwners } from '../pipeline/record-owners.js';
import { feedLock } from '../feed-lock.js';
import { AnnouncedLoad } from '../loads/announced-load.js';
import { TooManyRefusedError } from '../pipeline/pipeline.js';
import type { LoadedSource } from '../configured/load-sources.js';
import { sourceName } from '../configured/source-config.js';
import type { Mappers } from '../configured/mappers.js';
import type { MappingStore } from '../store/mapping-store.js';
import type { SourceStore } from '../store/source-store.js';

export interface KnownMapping {
  id: string;
  label: string;
  /** The first record type it yields. */
  type: string;
  /** It yields lists of names and nothing else: a file of it may be brought as the whole list. */
  isList: boolean;
}

export interface UploadInput {
  /** A complete file; the caller removes it afterwards. */
  path: string;
  fileName: string;
  /** A known mapping, or a mapping document as YAML. */
  mapping: { id: string } | { text: string };
  actor: string;
  /** The file is the whole list: entries of before that it lacks are gone. Only of lists; missing: the file adds to what there is. */
  isWholeList?: boolean;
}

interface Target {
  source: string;
  feed: string;
  document: MappingDocument;
}

const ONLY_LISTS = '只有名单可以作为“完整的名单”上传：别的表，不在文件里的记录不等于没有了。请不要勾选，再传一次。';

function isList({ records }: MappingDocument): boolean {
  return records.length > 0 && records.every(({ type }) => type === directoryListEntry.type);
}

/** Files that a person brings through the console. */
export class UploadService {
  constructor(
    private readonly parts: {
      intake: FileIntake;
      mappers: Mappers;
      mappings: MappingStore;
      sources: SourceStore;
      loads: LoadRegister;
      owners: RecordOwners;
      lock: NamedLock;
    },
    private readonly configured: readonly LoadedSource[],
  ) {}

  /** The mappings of configured feeds that are read from files. */
  async mappings(): Promise<KnownMapping[]> {
    return this.fileFeeds().map(({ document }) => ({
      id: document.mapping,
      label: document.label,
      type: document.records[0]?.type ?? '',
      isList: isList(document),
    }));
  }

  /** Takes the file in. Throws RefusedError with a Chinese message for a file or mapping that cannot be read. */
  async upload(input: UploadInput): Promise<FileSummary> {
    const target = await this.target(input.mapping);
    const isWhole = input.isWholeList === true;
    if (!isList(target.document)) {
      if (isWhole) throw new RefusedError('invalid', ONLY_LISTS);
      return this.take(input, target, 'none');
    }
    // A whole list beside another reading of the feed, or beside one that adds to it, would delete the entries of that.
    const taken = await this.parts.lock.alone(feedLock(target.source, target.feed), () =>
      this.take(input, target, isWhole ? 'full' : 'none'),
    );
    if (taken === null) throw new RefusedError('conflict', '这份名单正在读入，请等读完再上传。');
    return taken;
  }

  private async take(input: UploadInput, { source, feed, document }: Target, snapshot: 'none' | 'full'): Promise<FileSummary> {
    const mapper = this.parts.mappers.make(source, document);
    const load = AnnouncedLoad.alone(this.parts.loads, { kind: 'upload', source, feed, types: mapper.types });
    try {
      return await this.parts.intake.take({
        source,
        feed,
        mapper,
        path: input.path,
        fileName: input.fileName,
        snapshot,
        actor: input.actor,
        again: true,
        load,
        owners: this.parts.owners,
      });
    } catch (error) {
      if (error instanceof FileRefusedError || error instanceof TooManyRefusedError)
        throw new RefusedError('invalid', error.message);
      throw error;
    } finally {
      // Also after a failure: what was read until then counts, and nobody goes on with it.
      await load.end();
    }
  }

  /** A file that a configured source should have dropped counts as that source's own. */
  private async target(mapping: UploadInput['mapping']): Promise<Target> {
    if ('id' in mapping) {
      const known = this.fileFeeds().find(({ document }) => document.mapping === mapping.id);
      if (!known) throw new RefusedError('not-found', `没有名为 ${mapping.id} 的映射，请刷新页面后重新选择`);
      return known;
    }
    return importTarget(this.parts, readDocument(mapping.text));
  }

  private fileFeeds(): Target[] {
    return this.configured.flatMap(({ config, mappings }) =>
      [...mappings]
        .filter(([, document]) => document.file !== undefined)
        .map(([feed, document]) => ({ source: config.source, feed, document })),
    );
  }
}

/** The source of files that come with a mapping of their own; the same for upload and command, so that they know each other's rows. */
export async function importTarget(
  parts: { mappings: MappingStore; sources: SourceStore },
  document: MappingDocument,
  source = `import-${document.mapping}`,
): Promise<Target> {
  if (!sourceName.safeParse(source).success)
    throw new RefusedError('invalid', `数据源名称“${source}”不可用：只能用小写字母、数字和连字符。`);
  // A configured source keeps its own label and kind.
  if (!(await parts.sources.find(source)))
    await parts.sources.register({ name: source, label: `导入：${document.label}`, kind: 'upload' });
  await parts.mappings.save(source, document.mapping, document);
  return { source, feed: document.mapping, document };
}

/** A mapping has five levels. */
export const MAX_MAPPING_DEPTH = 50;

function readDocument(text: string): MappingDocument {
  if (text.length > MAX_MAPPING_CHARS || isNestedDeeper(text, MAX_MAPPING_DEPTH))
    throw new RefusedError(
      'invalid',
      `映射无法使用：超过 ${MAX_MAPPING_CHARS / 1024} K 字符，或嵌套超过 ${MAX_MAPPING_DEPTH} 层`,
    );
  try {
    return readMapping(text);
  } catch (error) {
    throw new RefusedError('invalid', `映射无法使用：${error instanceof Error ? error.message : String(error)}`);
  }
}
