import type { NestExpressApplication } from '@nestjs/platform-express';
import { static as serveFiles, type NextFunction, type Request, type Response } from 'express';
import { join } from 'node:path';

/** Built files carry a digest of their content in their name: they never change. */
const ASSETS_MAX_AGE_MS = 365 * 24 * 3600 * 1000;

/**
 * The built web app. Every path that is not a file and not the API is one of its pages, and answered with its start
 * page; so a link to a finding can be opened from an alert.
 */
export function serveWeb(app: NestExpressApplication, directory: string): void {
  app.use('/assets', serveFiles(join(directory, 'assets'), { immutable: true, maxAge: ASSETS_MAX_AGE_MS, fallthrough: false }));
  app.use(serveFiles(directory, { index: false, maxAge: 0 }));
  app.use((request: Request, response: Response, next: NextFunction) => {
    const page =
      (request.method === 'GET' || request.method === 'HEAD') && !/^\/(api|healthz|readyz|metrics)(\/|$)/.test(request.path);
    if (!page) return next();
    // The start page names the current assets: it must never be stale.
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile('index.html', { root: directory }, (error?: Error) => {
      if (error) next(error);
    });
  });
}
