import type { LoadRegister } from '../loads/load-register.js';
import { RefusedError } from '@tianyan/kernel';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { errorText } from '../error-text.js';
import type { FileIntake, FileProgress, FileSummary } from '../files/file-intake.js';
import { AnnouncedLoad } from '../loads/announced-load.js';
import type { RecordOwners } from '../pipeline/record-owners.js';
import { RunInterruptedError } from '../pipeline/run-interrupted.js';
import { loadMapping } from '../configured/load-sources.js';
import type { Mappers } from '../configured/mappers.js';
import type { MappingStore } from '../store/mapping-store.js';
import type { SourceStore } from '../store/source-store.js';
import { importTarget } from '../upload/upload-service.js';

export interface ImportInput {
  /** Path of the mapping document. */
  mapping: string;
  /** Path of a table in any format that is read, `.gz` included. */
  file: string;
  /** Name of the source that the records belong to; `import-` and the mapping's name without it. */
  source?: string;
  /** Who imports it, for the record. */
  actor: string;
  /** Stops the import after the page in hand; importing the file again goes on. */
  signal?: AbortSignal;
  onProgress?: (progress: FileProgress) => void;
}

/** Takes files in by a mapping, for the command line. */
export class Importer {
  constructor(
    private readonly parts: {
      intake: FileIntake;
      mappers: Mappers;
      mappings: MappingStore;
      sources: SourceStore;
      loads: LoadRegister;
      owners: RecordOwners;
    },
  ) {}

  /**
   * The source of the records does not depend on the file, so that importing the same file again repeats and does not
   * double. Throws RefusedError, FileRefusedError or TooManyRefusedError with a Chinese message;
   * RunInterruptedError where the signal stopped it.
   */
  async importFile(input: ImportInput): Promise<FileSummary> {
    if (!existsSync(input.mapping)) throw new RefusedError('not-found', `没有这个映射文件：${input.mapping}`);
    if (!existsSync(input.file)) throw new RefusedError('not-found', `没有这个文件：${input.file}`);
    const { sources, intake, mappers, loads, owners } = this.parts;
    const { source, feed, document } = await importTarget(this.parts, loadMapping(input.mapping), input.source);
    const { file: path, actor, signal, onProgress } = input;
    await sources.runStarted(source);
    const mapper = mappers.make(source, document);
    // The command works alone on its data: what it goes on with was left by one that was stopped.
    const load = await AnnouncedLoad.ofFeed(loads, { kind: 'import', source, feed, types: mapper.types }, 'first-page');
    try {
      const summary = await intake.take({
        source,
        feed,
        mapper,
        path,
        fileName: basename(path),
        snapshot: 'none',
        actor,
        again: true,
        load,
        owners,
        ...(signal ? { signal } : {}),
        ...(onProgress ? { onProgress } : {}),
      });
      await sources.runEnded(source, feed, null);
      await load.end();
      return summary;
    } catch (error) {
      await sources.runEnded(source, feed, errorText(error));
      // Whoever stopped it goes on later, with the same load.
      if (!(error instanceof RunInterruptedError)) await load.end();
      throw error;
    }
  }
}
