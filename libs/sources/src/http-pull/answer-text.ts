import { RetriableError } from '@tianyan/kernel';
import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { UpstreamRefusedError } from './upstream-errors.js';

/** Largest answer taken into memory, packed or unpacked: a page of 5,000 rows is about 5 MB. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface AnswerText {
  text: string;
  /** Some bytes meant nothing in its encoding and stand there as U+FFFD. */
  damaged: boolean;
}

type Unpack = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;
const UNPACK: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** Servers that were told nothing name these; JSON in them would hold no Chinese at all. */
const MEANS_NOTHING = /^(iso-?8859-1|latin-?1|us-ascii|ascii)$/i;
/** GB18030 holds both, and what programs write under these names is often more than they hold. */
const GB_FAMILY = /^(gbk|gb2312|gb_2312|gb_2312-80|cp936|ms936|windows-936|gb-?18030)$/i;

/**
 * The text of an answer, unpacked and decoded. Packed bytes are told by themselves too: some servers pack whatever is asked
 * for and do not say so.
 * @param charset from the configuration; overrules what the answer says of itself
 */
export async function answerText(
  bytes: Buffer,
  headers: { contentEncoding: string | undefined; contentType: string | undefined },
  charset: string | undefined,
): Promise<AnswerText> {
  const unpacked = await unpack(bytes, headers.contentEncoding);
  const declared = charset ?? /charset\s*=\s*"?([^\s;"]+)/i.exec(headers.contentType ?? '')?.[1];
  return decode(unpacked, declared);
}

async function unpack(bytes: Buffer, contentEncoding: string | undefined): Promise<Buffer> {
  const named = (contentEncoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  let unpacked = bytes;
  for (const name of named.toReversed()) {
    const step = UNPACK[name];
    if (!step) throw new UpstreamRefusedError(`上游用了不支持的压缩方式（${name.slice(0, 30)}）：请让上游改用 gzip 或不压缩`);
    // A proxy on the way may have unpacked it and left the header.
    if (!name.endsWith('gzip') || isGzip(unpacked)) unpacked = await unpackOnce(step, unpacked);
  }
  return named.length === 0 && isGzip(unpacked) ? unpackOnce(UNPACK['gzip'] ?? promisify(gunzip), unpacked) : unpacked;
}

async function unpackOnce(step: Unpack, bytes: Buffer): Promise<Buffer> {
  try {
    return await step(bytes, { maxOutputLength: MAX_ANSWER_BYTES });
  } catch (cause) {
    if (codeOf(cause) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new RetriableError('上游返回的压缩内容不完整', { cause });
  }
}

export function tooLarge(): UpstreamRefusedError {
  return new UpstreamRefusedError(`上游一次返回的内容超过 ${MAX_ANSWER_BYTES / 1024 / 1024} MB：请减小每页行数`);
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function decode(bytes: Buffer, declared: string | undefined): AnswerText {
  const marked = markOf(bytes);
  if (marked !== null) return decodeAs(bytes, marked);
  if (declared === undefined || MEANS_NOTHING.test(declared)) return guess(bytes);
  const label = GB_FAMILY.test(declared) ? 'gb18030' : declared.toLowerCase();
  // Frameworks write UTF-8 whatever the bytes are.
  return /^utf-?8$/.test(label) ? guess(bytes) : decodeAs(bytes, label);
}

function markOf(bytes: Buffer): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
}

/**
 * UTF-8 where it is valid, else GB18030. UTF-8 with a broken character stays UTF-8: most of its Chinese characters are
 * whole, while Chinese in GB18030 nearly never looks like UTF-8.
 */
function guess(bytes: Buffer): AnswerText {
  if (isUtf8(bytes)) return { text: new TextDecoder().decode(bytes), damaged: false };
  const lenient = new TextDecoder().decode(bytes);
  const beyondAscii = lenient.match(/[^\0-\x7f]/gu)?.length ?? 0;
  const broken = lenient.match(/\uFFFD/gu)?.length ?? 0;
  return beyondAscii - broken > broken ? { text: lenient, damaged: true } : decodeAs(bytes, 'gb18030');
}

function decodeAs(bytes: Buffer, label: string): AnswerText {
  try {
    return { text: new TextDecoder(label, { fatal: true }).decode(bytes), damaged: false };
  } catch (error) {
    if (codeOf(error) === 'ERR_ENCODING_NOT_SUPPORTED')
      throw new UpstreamRefusedError(
        `无法识别上游声明的字符集（${label.slice(0, 30)}）：请在数据源配置中写明 charset，如 gb18030`,
      );
    return { text: new TextDecoder(label).decode(bytes), damaged: true };
  }
}

/** Of Node's own errors; by shape, since they come from another realm where the code runs in a VM context, as in tests. */
function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
