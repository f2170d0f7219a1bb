import type { TypedRecord } from '@tianyan/contracts';

/** Records of one run that are remembered, some 100 bytes each; in a larger file the rest is not looked at. */
const MAX_REMEMBERED = 500_000;

/**
 * Notices records of one file that share an id and a version and say different things: three lines of one voucher number
 * would silently become one.
 */
export class RepeatedIds {
  private readonly hashes = new Map<string, string>();

  /** Whether the last record under this id and version had other content. */
  isOtherContent({ type, record }: TypedRecord): boolean {
    const key = `${type} ${record.version} ${record.id}`;
    const before = this.hashes.get(key);
    if (before === undefined && this.hashes.size >= MAX_REMEMBERED) return false;
    this.hashes.set(key, record.hash);
    return before !== undefined && before !== record.hash;
  }
}
