/**
 * Waits until a replica has all that was acknowledged to anybody, by any replica, before the call. Calls that come while
 * one is under way share the next: the one under way may have begun before what they must see.
 */
export class ReplicaSync {
  private readonly running = new Map<string, Promise<void>>();
  private readonly next = new Map<string, Promise<void>>();

  /** @param sync lets the replica fetch what it lacks of a table; resolves when it has it. */
  constructor(private readonly sync: (table: string) => Promise<void>) {}

  /** Throws what `sync` throws: rather no answer than an old one. */
  async upToDate(tables: readonly string[]): Promise<void> {
    await Promise.all(tables.map((table) => this.one(table)));
  }

  private one(table: string): Promise<void> {
    const running = this.running.get(table);
    if (!running) return this.start(table);
    const waiting = this.next.get(table);
    if (waiting) return waiting;
    const next = running
      .catch(() => undefined) // told to those who asked for it
      .then(() => {
        this.next.delete(table);
        return this.start(table);
      });
    this.next.set(table, next);
    return next;
  }

  private start(table: string): Promise<void> {
    const run = this.sync(table).finally(() => this.running.delete(table));
    this.running.set(table, run);
    return run;
  }
}
