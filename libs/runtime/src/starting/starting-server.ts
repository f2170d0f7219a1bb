import { RefusedError } from '@tianyan/kernel';
import { createServer } from 'node:http';

export interface StartingServer {
  /** Makes room for the application, which listens on the same port. */
  close(): Promise<void>;
}

/**
 * Answers supervisors while the process starts, which may take minutes where servers are away: it lives (/healthz), but
 * cannot work (/readyz, 503, with what it waits for). Throws RefusedError when the port is taken.
 */
export async function answerWhileStarting(input: {
  host: string;
  port: number;
  waitingFor: () => string | null;
}): Promise<StartingServer> {
  const server = createServer((request, response) => {
    const isLive = request.url === '/healthz';
    const details = { [input.waitingFor() ?? 'process']: input.waitingFor() === null ? 'starting' : 'down' };
    response.writeHead(isLive ? 200 : 503, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
    response.end(JSON.stringify(isLive ? { status: 'ok' } : { status: 'unavailable', details }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new RefusedError('conflict', `端口 ${input.port} 已被别的程序占用：请先停止它，或用 TIANYAN_PORT 换一个端口。`)
          : error,
      ),
    );
    server.listen(input.port, input.host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
