import { row, type Pool } from '@tianyan/postgres';
import type { Logger } from 'pino';
import { z } from 'zod';

/** Character classes of this locale hold ASCII letters only. */
const ASCII_ONLY = new Set(['C', 'POSIX']);

const settingsSchema = z.object({ encoding: z.string(), ctype: z.string() });

/**
 * What a database makes of Chinese: one that does not count it among letters makes no trigrams of it, and every search by a
 * part of a word reads the whole table. Says so and goes on: answers are the same, only slower.
 */
export async function warnOfDatabaseText(pool: Pool, logger: Logger): Promise<void> {
  const { encoding, ctype } = await row(
    pool,
    settingsSchema,
    'SELECT pg_encoding_to_char(encoding) AS encoding, datctype AS ctype FROM pg_database WHERE datname = current_database()',
  );
  if (encoding !== 'UTF8')
    logger.warn(
      { encoding },
      `PostgreSQL 库的编码是 ${encoding}，应为 UTF8：有些汉字存不进去。请新建编码为 UTF8 的库（见运行手册）`,
    );
  if (ASCII_ONLY.has(ctype))
    logger.warn(
      { ctype },
      `PostgreSQL 库的字符类别（LC_CTYPE）是 ${ctype}，不认识汉字：一切照常，只是按部分文字查找时用不上索引，会慢一些。办法见运行手册“PostgreSQL”一节`,
    );
}
