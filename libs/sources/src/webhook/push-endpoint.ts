import { errorKind, RefusedError, type RefusalCode } from '@tianyan/kernel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { PushReceiver } from './push-receiver.js';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from './signature.js';

/** Largest body of a push. */
export const MAX_PUSH_BYTES = 8 * 1024 * 1024;

const STATUS: Readonly<Record<RefusalCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'too-many': 429,
};

/**
 * `POST /<source>/<feed>`, to be mounted at `/push` before any body parser: the signature is over the bytes as they came.
 * It stands apart from the console's routes because its callers are systems with a key, not people with a session.
 */
export function pushEndpoint(
  receiver: PushReceiver,
  logger: Logger,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    handle(receiver, request).then(
      (answer) => send(response, 200, answer),
      (error: unknown) => {
        if (error instanceof RefusedError)
          return send(response, STATUS[error.code], { code: error.code, message: error.message });
        logger.error({ err: error }, 'a push could not be taken');
        return send(response, errorKind(error) === 'retriable' ? 503 : 500, {
          code: 'unavailable',
          message: '暂时无法接收，请稍后重发',
        });
      },
    );
  };
}

async function handle(receiver: PushReceiver, request: IncomingMessage): Promise<unknown> {
  // Not `new URL`: a path of two slashes is none to it. Names need no decoding, and others name nothing here.
  const [path = ''] = (request.url ?? '').split('?');
  const [source, feed, ...rest] = path.split('/').filter((part) => part !== '');
  if (request.method !== 'POST' || source === undefined || feed === undefined || rest.length > 0)
    throw new RefusedError('not-found', '推送地址应为 POST /push/数据源/接口');
  const body = await readBody(request);
  return receiver.receive({
    source,
    feed,
    body,
    timestamp: header(request, TIMESTAMP_HEADER),
    signature: header(request, SIGNATURE_HEADER),
  });
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_PUSH_BYTES)
        throw new RefusedError('too-large', `一次最多 ${MAX_PUSH_BYTES / 1024 / 1024} MB，请分几次发送`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    // The sender hung up: anybody can, as often as they like, and it is nothing to log.
    throw new RefusedError('invalid', '内容没有收完，请重新发送');
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  // A body that was not read to its end would be taken for the next request.
  if (status === 413) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
