import type { NestExpressApplication } from '@nestjs/platform-express';
import { static as serveFiles, type NextFunction, type Request, type Response } from 'express';
import { basename, join } from 'node:path';

/** Built files carry a digest of their content in their name: they never change. */
const ASSETS_MAX_AGE_MS = 365 * 24 * 3600 * 1000;

const WORKER = 'sw.js';

/**
 * The built web app. Every path that is not a file and not the API is one of its pages, and answered with its start
 * page; so a link to a finding can be opened from an alert.
 */
export function serveWeb(app: NestExpressApplication, directory: string): void {
  app.use('/assets', serveFiles(join(directory, 'assets'), { immutable: true, maxAge: ASSETS_MAX_AGE_MS, fallthrough: false }));
  app.use(serveFiles(directory, { index: false, maxAge: 0, setHeaders: keepNoWorker }));
  app.use((request: Request, response: Response, next: NextFunction) => {
    const page =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !/^\/(api|healthz|readyz|metrics|sw\.js)(\/|$)/.test(request.path);
    if (!page) return next();
    // The start page names the current assets: it must never be stale.
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile('index.html', { root: directory }, (error?: Error) => {
      if (error) next(error);
    });
  });
}

/** What opens the console without a network is asked for at the server each time: an old one that is kept would keep an old console. */
function keepNoWorker(response: Response, path: string): void {
  if (basename(path) === WORKER) response.setHeader('Cache-Control', 'no-store');
}
