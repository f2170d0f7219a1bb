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
  return pino(options, pino.destination({ dest: file, sync: false }));
}
