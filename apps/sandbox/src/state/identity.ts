import { join } from 'node:path';
import { z } from 'zod';
import { StateFile } from './state-file.js';

const identitySchema = z.object({ seed: z.number().int(), size: z.string() });
export type Identity = z.output<typeof identitySchema>;

/** The data folder belongs to another county: its files and what readers stored of it would not fit this one. */
export class OtherCountyError extends Error {
  override readonly name = 'OtherCountyError';
}

/**
 * Writes down on the first start whose folder it is, and refuses any other county later.
 * @throws OtherCountyError
 */
export function claimFolder(folder: string, identity: Identity): void {
  const file = new StateFile(join(folder, 'county.json'), identitySchema);
  const kept = file.read();
  if (kept === null) file.save(identity);
  else if (kept.seed !== identity.seed || kept.size !== identity.size)
    throw new OtherCountyError(
      `目录 ${folder} 属于种子 ${kept.seed}、规模 ${kept.size} 的模拟县，不能用种子 ${identity.seed}、规模 ${identity.size} 启动。请换一个数据目录，或先删除它。`,
    );
}
