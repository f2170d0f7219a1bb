import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { types } from 'node:util';

/**
 * Below the ports that Linux (32768 and up), Windows and macOS (49152 and up) hand to outgoing connections. A port from
 * there may be free while its server is down, and belong to some client's connection when the server wants it back.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_767;
/** So many taken ports in a row mean that something else is wrong. */
const TRIES = 50;

/** Nobody listens on it now. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  } catch (error) {
    // Not `instanceof Error`: where the code runs in a VM context, as in tests, a socket's errors come from another realm.
    if (types.isNativeError(error) && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) return false;
    throw error;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/**
 * A port of 127.0.0.1 that nobody listens on now and that no outgoing connection is given. Another server could take it
 * before the caller does; that start then fails and says so.
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried++) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port among ${TRIES} tried between ${FIRST_PORT} and ${LAST_PORT}`);
}
