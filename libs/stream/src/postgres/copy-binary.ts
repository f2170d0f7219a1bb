/** Binary COPY (PostgreSQL manual, COPY, "Binary Format"): values travel as they are, with nothing to escape. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');

/** What begins every binary COPY: signature, no flags, no extension. */
export function copyHeader(): Buffer {
  return Buffer.concat([SIGNATURE, Buffer.alloc(8)]);
}

/** What ends it. */
export function copyTrailer(): Buffer {
  const trailer = Buffer.alloc(2);
  trailer.writeInt16BE(-1);
  return trailer;
}

export type CopyField = { int2: number } | { int4: number } | { int8: number } | { bytes: Buffer };

/** One row, as pieces to be sent one after the other: a large field is not copied. */
export function copyRow(fields: readonly CopyField[]): Buffer[] {
  const parts: Buffer[] = [];
  const count = Buffer.alloc(2);
  count.writeInt16BE(fields.length);
  parts.push(count);
  for (const field of fields) {
    if ('int2' in field) {
      const cell = Buffer.alloc(6);
      cell.writeInt32BE(2, 0);
      cell.writeInt16BE(field.int2, 4);
      parts.push(cell);
    } else if ('int4' in field) {
      const cell = Buffer.alloc(8);
      cell.writeInt32BE(4, 0);
      cell.writeInt32BE(field.int4, 4);
      parts.push(cell);
    } else if ('int8' in field) {
      const cell = Buffer.alloc(12);
      cell.writeInt32BE(8, 0);
      cell.writeBigInt64BE(BigInt(field.int8), 4);
      parts.push(cell);
    } else {
      const length = Buffer.alloc(4);
      length.writeInt32BE(field.bytes.length);
      parts.push(length, field.bytes);
    }
  }
  return parts;
}
