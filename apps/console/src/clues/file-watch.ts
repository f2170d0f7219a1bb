import type { FileCheck } from '@tianyan/files';
import { DAY_MS, Rounds, type Pause } from '@tianyan/kernel';
import type { NamedLock } from '@tianyan/postgres';
import type { Logger } from 'pino';

/** A disk that loses contents is noticed within a day, and a backup of the day before still has them. */
const EVERY_MS = DAY_MS;

/** Has the contents of all files checked, at the start and once a day; by one process where there are several. */
export function fileWatch({
  check,
  lock,
  pause,
  logger,
}: {
  check: FileCheck;
  lock: NamedLock;
  pause: Pause;
  logger: Logger;
}): Rounds {
  const rounds: Rounds = new Rounds({
    round: async () => {
      const found = await lock.alone('file-check', () => check.run(rounds.signal));
      if (found !== null) tellFound(found, logger);
      return EVERY_MS;
    },
    onFailed: (error) => {
      logger.error({ err: error }, 'the contents of files could not be checked');
      return EVERY_MS;
    },
    pause,
  });
  return rounds;
}

function tellFound({ faults, checked, removed }: Awaited<ReturnType<FileCheck['run']>>, logger: Logger): void {
  for (const { sha256, fault } of faults) logger.error({ sha256, fault }, 'the content of a file is not what was put');
  if (checked + removed > 0) logger.info({ checked, removed, faults: faults.length }, 'contents of files were checked');
}
