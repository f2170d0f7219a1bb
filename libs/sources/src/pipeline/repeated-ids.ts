import type { TypedRecord } from '@tianyan/contracts';

/** Records of one run that are remembered, some 60 bytes each beside their ids; in a larger file the rest is not looked at. */
const MAX_REMEMBERED = 500_000;

/** Hexadecimal digits of a content's digest that are kept, as one number: 48 bits, of two records under one id. */
const KEPT_DIGITS = 12;

/**
 * Notes records of one file that share an id and a version and say different things: three lines of one voucher number
 * would silently become one.
 */
export class RepeatedIds {
  /** By type. */
  private readonly contents = new Map<string, Map<string, number>>();
  private remembered = 0;

  /** Whether the last record under this id and version had other content. */
  isOtherContent({ type, record }: TypedRecord): boolean {
    const contents = this.contentsOf(type);
    // Without versions no text has to be made for each record. An id never begins with a blank.
    const key = record.version === 0 ? record.id : ` ${record.version} ${record.id}`;
    const before = contents.get(key);
    if (before === undefined && this.remembered >= MAX_REMEMBERED) return false;
    const content = Number.parseInt(record.hash.slice(0, KEPT_DIGITS), 16);
    if (before === undefined) this.remembered++;
    contents.set(key, content);
    return before !== undefined && before !== content;
  }

  private contentsOf(type: string): Map<string, number> {
    const known = this.contents.get(type) ?? new Map<string, number>();
    this.contents.set(type, known);
    return known;
  }
}
