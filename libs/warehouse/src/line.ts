/** A row as a JSON object on one line. */
export type Line = string | SplicedLine;

/**
 * The text with which a line begins, and bytes that go on from there: a record travels as UTF-8 from the stream into the insert,
 * and nobody makes a text of it on the way.
 */
export class SplicedLine {
  /** @param from where in `bytes` the rest of the line begins; they are UTF-8 */
  constructor(
    private readonly head: string,
    private readonly bytes: Buffer,
    private readonly from: number,
  ) {}

  get byteLength(): number {
    return Buffer.byteLength(this.head) + this.bytes.length - this.from;
  }

  /** Returns where the line ends in `body`. */
  writeTo(body: Buffer, at: number): number {
    const start = at + body.write(this.head, at, 'utf8');
    return start + this.bytes.copy(body, start, this.from);
  }

  toString(): string {
    return this.head + this.bytes.toString('utf8', this.from);
  }
}

const NEW_LINE = 0x0a;

/** The lines as the body of an insert. */
export function bodyOf(lines: readonly Line[]): Buffer {
  let bytes = 0;
  for (const line of lines) bytes += 1 + (typeof line === 'string' ? Buffer.byteLength(line) : line.byteLength);
  const body = Buffer.allocUnsafe(bytes);
  let end = 0;
  for (const line of lines) {
    end = typeof line === 'string' ? end + body.write(line, end, 'utf8') : line.writeTo(body, end);
    body[end++] = NEW_LINE;
  }
  return body;
}
