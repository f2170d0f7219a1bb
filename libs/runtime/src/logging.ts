import { mkdirSync } from 'node:fs';
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
  return pino(options, pino.destination({ dest: join(directory, `${name}.log`), sync: false, mkdir: true }));
}
