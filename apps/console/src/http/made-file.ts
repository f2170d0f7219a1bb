import { applyDecorators, Header, StreamableFile } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { Readable } from 'node:stream';
import { FILE_POLICY } from './sent-file.js';

/** A file that is made for whoever asks. */
export interface MadeFile {
  name: string;
  type: string;
  content: Buffer | { content: Readable; sizeBytes: number };
}

export const WORKBOOK_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
export const PDF_TYPE = 'application/pdf';
export const BUNDLE_TYPE = 'application/zip';

/** A route whose answer is a file: how it stands in the API document, and what a browser may do with it. */
export const AnswersFile = (...types: readonly [string, ...string[]]) =>
  applyDecorators(
    ApiResponse({
      status: 200,
      content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
    }),
    Header('Content-Security-Policy', FILE_POLICY),
  );

/** Saved under its name, never opened in the page. */
export function sentFile({ name, type, content }: MadeFile): StreamableFile {
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
  return Buffer.isBuffer(content)
    ? new StreamableFile(content, { type, disposition, length: content.length })
    : new StreamableFile(content.content, { type, disposition, length: content.sizeBytes });
}
