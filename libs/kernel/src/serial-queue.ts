/** Runs tasks one after the other, in the order in which they came. */
export class SerialQueue {
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** @param maxWaiting tasks that may wait; one more is refused, so that a stuck task cannot eat the memory. */
  constructor(private readonly maxWaiting: number) {}

  run<T>(task: () => Promise<T>): Promise<T> {
    if (this.waiting >= this.maxWaiting) return Promise.reject(new RangeError(`queue is full (${this.maxWaiting} waiting)`));
    this.waiting++;
    const result = this.tail.then(task);
    const release = () => {
      this.waiting--;
    };
    this.tail = result.then(release, release);
    return result;
  }
}
