import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * `open`; `cut`: connections end and new ones are refused; `silent`: nothing passes and nobody is told, as when a switch
 * loses its power.
 */
export type LinkState = 'open' | 'cut' | 'silent';

/** The way of one app to one store. */
export class Link {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private state: LinkState = 'open';

  private constructor(private readonly target: () => number) {
    this.server = createServer((near) => this.accept(near));
  }

  /** @param target port on which the store listens now */
  static async lay(target: () => number): Promise<Link> {
    const link = new Link(target);
    await new Promise<void>((resolve, reject) => {
      link.server.once('error', reject);
      link.server.listen(0, '127.0.0.1', resolve);
    });
    return link;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port; // a TCP server that listens has one
  }

  set(state: LinkState): void {
    this.state = state;
    for (const socket of this.sockets) {
      if (state === 'cut') socket.resetAndDestroy();
      else if (state === 'silent') socket.pause();
      else socket.resume();
    }
  }

  async remove(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(near: Socket): void {
    if (this.state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.target(), '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('data', (data) => {
        if (other.write(data)) return;
        socket.pause();
        other.once('drain', () => {
          if (this.state !== 'silent') socket.resume();
        });
      });
      socket.on('end', () => other.end());
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      if (this.state === 'silent') socket.pause();
    }
  }
}
