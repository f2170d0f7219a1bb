const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
/** 1980-01-01 00:00, the first instant that a zip can write down. */
const FIRST_DOS_TIME = 0x00210000;

/**
 * The same zip with every member dated alike: the packer dates them by the machine's clock, and a file dropped again
 * after a restart must be the same byte by byte.
 * @throws RangeError when the bytes are no zip without comment, as the packer writes it
 */
export function withoutZipTimes(zip: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(zip);
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  if (end < 0 || view.getUint32(end, true) !== END_OF_DIRECTORY) throw new RangeError('not a zip file');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== DIRECTORY_ENTRY) throw new RangeError('the zip directory is broken');
    view.setUint32(at + 12, FIRST_DOS_TIME, true);
    view.setUint32(view.getUint32(at + 42, true) + 10, FIRST_DOS_TIME, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return bytes;
}
