import kafkajs, { type CompressionTypes } from 'kafkajs';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { KafkaCompression } from './options.js';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** zstd's fastest regular level, as in the PostgreSQL log. */
const LEVEL = 1;

export const COMPRESSION_TYPES: Readonly<Record<KafkaCompression, CompressionTypes>> = {
  zstd: kafkajs.CompressionTypes.ZSTD,
  gzip: kafkajs.CompressionTypes.GZIP,
  none: kafkajs.CompressionTypes.None,
};

/** What kafkajs asks of a codec. */
interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

const zstd: Codec = {
  compress: ({ buffer }) => compress(buffer, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }),
  decompress: (buffer) => decompress(buffer),
};

/**
 * kafkajs knows the number of zstd but brings no codec, because Node had none when it was released. Its table of codecs
 * belongs to the whole process, so this may run more than once.
 */
export function registerZstd(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => zstd;
}
