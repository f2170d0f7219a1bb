import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { MAX_FILE_BYTES } from '@tianyan/files/api';
import type { Request } from 'express';
import { rm } from 'node:fs/promises';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { arrivingStorage } from './arriving-folder.js';

/** One file, and its id; what a kind may have less than the largest is asked when it is known what it is. */
export const ONE_FILE = {
  storage: arrivingStorage,
  limits: { fileSize: MAX_FILE_BYTES, files: 1, fields: 2, fieldSize: 1_024 },
  defParamCharset: 'utf8',
} as const;

/**
 * Removes the file that a request has left in a temporary place, also where its other fields were refused before anybody looked at the file.
 * Stands before the interceptor that takes the file in.
 */
export class RemoveArrivedFile implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    try {
      return of(await lastValueFrom(next.handle()));
    } finally {
      if (request.file) await rm(request.file.path, { force: true });
    }
  }
}
