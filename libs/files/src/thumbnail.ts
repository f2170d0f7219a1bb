import { RefusedError } from '@tianyan/kernel';
import sharp from 'sharp';
import type { FileType } from './api/index.js';

/** Longer side, in pixels: three beside each other on a desk, one across a telephone. */
const THUMBNAIL_PIXELS = 480;
/** A camera has up to 50 million; more is made to fill the memory. */
const MAX_PICTURE_PIXELS = 64_000_000;
const TIMEOUT_SECONDS = 20;
const PICTURES: readonly FileType[] = ['png', 'jpeg', 'webp'];

// Pictures are few, and the process has better things to do with its memory and its other processors.
sharp.cache(false);
sharp.concurrency(1);

/**
 * A small picture of a picture, upright, without anything that the camera noted. Throws RefusedError('invalid') for a picture that cannot be
 * read: it is broken, or none. Null for what is no picture, and for HEIC, which the library is not licensed to read.
 */
export async function thumbnailOf(path: string, type: FileType): Promise<Buffer | null> {
  if (!PICTURES.includes(type)) return null;
  try {
    return await sharp(path, { limitInputPixels: MAX_PICTURE_PIXELS, sequentialRead: true, failOn: 'error' })
      .autoOrient()
      .resize({ width: THUMBNAIL_PIXELS, height: THUMBNAIL_PIXELS, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 75 })
      .timeout({ seconds: TIMEOUT_SECONDS })
      .toBuffer();
  } catch (error) {
    // The library tells its failures by their words alone; whatever they are, a picture that it cannot read is not kept as one.
    if (String(error).includes('pixel limit'))
      throw new RefusedError('too-large', '图片的像素过大，请用手机或电脑缩小后再上传。');
    throw new RefusedError('invalid', '图片打不开，可能没有拍完或已损坏，也可能不是图片。请重新拍摄或另存后再上传。');
  }
}
