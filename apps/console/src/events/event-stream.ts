import type { Reach, SessionStore } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import type { Response } from 'express';
import { EVENT_HEARTBEAT_MS, type ConsoleEvent } from '../api/index.js';
import type { EventHub, NumberedEvent } from './event-hub.js';

/** Open consoles of one process: far more than a commission has desks. */
const MAX_CLIENTS = 500;
/** Of one person: more pages than anybody looks at. Without it one could take the streams of all others. */
export const MAX_CLIENTS_PER_USER = 20;
/** From one address: an office behind a common one. */
export const MAX_CLIENTS_PER_ADDRESS = 100;
/** What a slow client may have waiting. One that falls further behind is cut; it comes back and reads again. */
const MAX_WAITING_BYTES = 256 * 1024;
/** A browser whose connection was cut comes back after so long. */
const RETRY_MS = 3_000;

/** Whose stream it is, and where it goes. */
export interface StreamOwner {
  userId: string;
  address: string | null;
  /** What the person may hear of. A session ends where it is changed, and with it the stream. */
  reach: Reach;
  /** The stream ends with this session. */
  tokenDigest: string;
}

/** Writes server-sent events to the browsers that are open. */
export class EventStream {
  /** With whose they are. */
  private readonly clients = new Map<Response, Pick<StreamOwner, 'userId' | 'address'>>();

  constructor(
    private readonly hub: EventHub,
    private readonly sessions: SessionStore,
  ) {}

  /**
   * @param lastEventId what the browser had seen before its connection was cut
   * Throws RefusedError('too-many').
   */
  open(response: Response, owner: StreamOwner, lastEventId: string | null): void {
    this.assertRoom(owner);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
    const missed = lastEventId === null ? [] : this.hub.since(owner.reach, lastEventId);
    if (missed === null) send(response, null, { kind: 'resync' });
    for (const event of missed ?? []) send(response, event.id, event.event);
    const unsubscribe = this.hub.subscribe(owner.reach, (numbered: NumberedEvent) => send(response, numbered.id, numbered.event));
    const heartbeat = setInterval(() => void this.beat(response, owner.tokenDigest), EVENT_HEARTBEAT_MS);
    this.clients.set(response, owner);
    response.once('close', () => {
      clearInterval(heartbeat);
      unsubscribe();
      this.clients.delete(response);
    });
  }

  /** Ends every stream; a server with open streams would never close. */
  close(): void {
    for (const response of this.clients.keys()) response.end();
  }

  private assertRoom({ userId, address }: StreamOwner): void {
    const owners = [...this.clients.values()];
    if (owners.filter((other) => other.userId === userId).length >= MAX_CLIENTS_PER_USER)
      throw new RefusedError('too-many', '您打开的页面过多，请关闭一些后再刷新');
    const fromThere = owners.filter((other) => other.address === address).length;
    if (fromThere >= MAX_CLIENTS_PER_ADDRESS || owners.length >= MAX_CLIENTS)
      throw new RefusedError('too-many', '打开的页面过多，请关闭一些后再试');
  }

  /** Keeps the connection alive, but no longer than the session: who was signed out must hear no more. */
  private async beat(response: Response, tokenDigest: string): Promise<void> {
    const alive = await this.sessions.isAlive(tokenDigest).catch(() => false);
    if (alive) write(response, ': alive\n\n');
    else response.end();
  }
}

function send(response: Response, id: string | null, event: ConsoleEvent): void {
  write(response, `${id === null ? '' : `id: ${id}\n`}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
}

function write(response: Response, text: string): void {
  if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  else response.write(text);
}
