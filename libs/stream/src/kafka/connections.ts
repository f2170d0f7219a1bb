import type { ISocketFactory } from 'kafkajs';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** As kafkajs has it: finds out within minutes that the other side is gone although nothing is said. */
const KEEP_ALIVE_MS = 60_000;

const ownFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const socket = ssl
    ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
};

/**
 * The connections of a client, by broker. A broker that hangs (its machine is out of memory, its disk does not answer) keeps
 * its connections. kafkajs lets a request time out then, and asks the same broker again on the same connection, until it
 * gives up; a connection that is lost makes it look for the new leader. So silence is made a lost connection.
 */
export class Connections {
  private readonly sockets = new Map<string, Set<Socket>>();

  constructor(private readonly make: ISocketFactory = ownFactory) {}

  readonly socketFactory: ISocketFactory = (input) => {
    const socket = this.make(input);
    const broker = `${input.host}:${input.port}`;
    const open = this.sockets.get(broker) ?? new Set();
    this.sockets.set(broker, open.add(socket));
    socket.once('close', () => open.delete(socket));
    return socket;
  };

  /** Ends those to a broker that has left a request without an answer. @param broker `host:port` */
  end(broker: string): void {
    for (const socket of this.sockets.get(broker) ?? []) socket.destroy(new Error('a request was not answered in time'));
  }

  /** Ends what a client that is done has left open. */
  endAll(): void {
    for (const open of this.sockets.values()) for (const socket of open) socket.destroy();
  }
}
