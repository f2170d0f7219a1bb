import type { DiskSpace } from '@tianyan/runtime';
import type { PlatformWarning } from '../api/index.js';

/** What everybody at the console has to know of the platform itself, worst first. */
export class PlatformWarnings {
  constructor(private readonly parts: { disk: DiskSpace }) {}

  async list(): Promise<PlatformWarning[]> {
    return (await this.parts.disk.isLow()) ? [await this.diskWarning()] : [];
  }

  private async diskWarning(): Promise<PlatformWarning> {
    const freeMb = Math.floor(((await this.parts.disk.freeBytes()) ?? 0) / 1024 ** 2);
    return {
      kind: 'disk-full',
      text: `服务器磁盘将满，只剩 ${freeMb} MB。新数据可能暂时不能入库，已接收的数据不会丢失。请管理员清理或扩大磁盘，之后自动恢复。`,
    };
  }
}
