import { StreamableFile } from '@nestjs/common';
import type { Response } from 'express';
import type { Readable } from 'node:stream';

/** A content on its way to whoever asked. */
export interface SentFile {
  name: string;
  mediaType: string;
  /** Null: not known before it is read. */
  sizeBytes: number | null;
  content: Readable;
}

/** Whatever a browser takes a file for, it does nothing in the console's name. */
export const FILE_POLICY = "sandbox; default-src 'none'";

/** What people hand in is never shown as a page of the console, whatever a browser takes it for. */
export function sent(response: Response, { name, mediaType, sizeBytes, content }: SentFile): StreamableFile {
  // The name twice, as the standard has it: in ASCII, and in UTF-8.
  response.attachment(name);
  response.setHeader('Content-Security-Policy', FILE_POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Type', mediaType);
  return new StreamableFile(content, sizeBytes === null ? {} : { length: sizeBytes });
}
