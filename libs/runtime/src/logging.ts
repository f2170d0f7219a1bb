import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import type { TianyanConfig } from './config.js';
import { serializeError } from './error-serializer.js';

/** Fields that must never reach a log, wherever they stand in an object. */
const REDACTED = ['password', 'token', 'authorization', 'cookie', 'secret', 'callerPhone', 'callerName', 'raw'];

/**
 * The log of one process. Personal data and secrets are cut out by name, as a second line of defence.
 * @param name of the process; also of its file, so that two on one machine do not write into each other's lines
 */
export function createLogger(config: TianyanConfig, name = 'tianyan'): Logger {
  const options = {
    level: config.log.level,
    base: name === 'tianyan' ? null : { process: name },
    serializers: { err: (error: unknown) => serializeError(error), error: (error: unknown) => serializeError(error) },
    redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
  };
  if (config.log.to === 'json') return pino(options);
  const directory = join(config.dataDirectory, 'logs');
  mkdirSync(directory, { recursive: true });
  // Opened here and now: a process that ends before the file is open would end with a stack of the log's own.
  const file = openSync(join(directory, `${name}.log`), 'a');
  const destination = pino.destination({ dest: file, sync: false });
  destination.on('error', sayOnce());
  return pino(options, destination);
}

/**
 * On a full disk each line fails, and an error that nobody hears ends the process. Its work goes on without a log; whoever
 * looks at the terminal is told.
 */
function sayOnce(): (error: NodeJS.ErrnoException) => void {
  let said = false;
  return ({ code }) => {
    if (said) return;
    said = true;
    const why = code === 'ENOSPC' ? '磁盘已满，请腾出空间' : (code ?? '原因不明');
    process.stderr.write(`[天眼] 日志写不进去：${why}。平台继续运行，这期间没有日志。\n`);
  };
}
