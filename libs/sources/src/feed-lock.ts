/** The lock of whoever reads a feed: polls and uploads of it keep each other out. */
export function feedLock(source: string, feed: string): string {
  return `${source}/${feed}`;
}
