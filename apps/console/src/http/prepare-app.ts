import type { SessionStore } from '@tianyan/access';
import { SessionStore as SessionStoreToken } from '@tianyan/access';
import { CONFIG, LOGGER, type TianyanConfig } from '@tianyan/runtime';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import cookieParser from 'cookie-parser';
import type { Request, Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { serveApiDocument } from './api-document.js';
import { ProblemFilter } from './problem-filter.js';
import { validationPipe } from './validation.js';
import { serveWeb } from './web-files.js';

/** Largest JSON body: a quarantined record that a person has fixed. Files are uploaded apart. */
const MAX_BODY_BYTES = '1mb';

const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * Turns a Nest application that holds the console's module into the console: security headers, compression, cookies,
 * checks, the API document and the web app. Call it before `listen`, once.
 * @param options.webDirectory folder of the built web app; null serves the API alone
 */
export function prepareConsole(app: NestExpressApplication, options: { webDirectory: string | null }): void {
  const logger = app.get<Logger>(LOGGER);
  // They may say who the client is and whether it came by https; nobody else may.
  app.set('trust proxy', ['loopback', ...app.get<TianyanConfig>(CONFIG).trustedProxies]);
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'"],
          // The component library writes its styles at run time; scripts stay forbidden.
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
          fontSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      frameguard: { action: 'deny' },
      referrerPolicy: { policy: 'no-referrer' },
      crossOriginEmbedderPolicy: false,
      strictTransportSecurity: { maxAge: YEAR_SECONDS },
    }),
  );
  app.use(
    compression({
      filter: (request: Request, response: Response) => !isEventStream(response) && compression.filter(request, response),
    }),
  );
  app.use(cookieParser());
  app.useBodyParser('json', { limit: MAX_BODY_BYTES });
  app.use('/api', (_: Request, response: Response, next: () => void) => {
    // What the API says belongs to one person at one moment.
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.useGlobalPipes(validationPipe);
  app.useGlobalFilters(new ProblemFilter(logger));
  serveApiDocument(app, app.get<SessionStore>(SessionStoreToken));
  if (options.webDirectory !== null) serveWeb(app, options.webDirectory);
}

function isEventStream(response: Response): boolean {
  return String(response.getHeader('Content-Type') ?? '').startsWith('text/event-stream');
}
