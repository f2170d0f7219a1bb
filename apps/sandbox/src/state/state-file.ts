import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';

/** A small JSON file that is either the old one or the new one, whenever the process is killed. */
export class StateFile<T> {
  constructor(
    private readonly path: string,
    private readonly schema: z.ZodType<T>,
  ) {}

  /**
   * What was saved last, or null before the first time.
   * @throws Error where the file is not what this program writes
   */
  read(): T | null {
    if (!existsSync(this.path)) return null;
    try {
      return this.schema.parse(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch (error) {
      throw new Error(`文件 ${this.path} 无法识别，可能由其他版本写入。请换一个数据目录，或先删除它。`, { cause: error });
    }
  }

  save(state: T): void {
    replaceFile(this.path, JSON.stringify(state));
  }
}

/** Under another name first: a reader, or the next start after a kill, must never see half a file. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.part`, content, { flush: true });
  renameSync(`${path}.part`, path);
}
