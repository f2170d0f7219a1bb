import { isNestedDeeper, RefusedError } from '@tianyan/kernel';
import { CONFIG, LOGGER, type TianyanConfig } from '@tianyan/runtime';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import cookieParser from 'cookie-parser';
import type { Request, Response } from 'express';
import helmet from 'helmet';
import { isUtf8 } from 'node:buffer';
import type { Logger } from 'pino';
import type { ComposedConsole } from '../compose-console.js';
import { CONSOLE } from '../tokens.js';
import { serveApiDocument } from './api-document.js';
import { arrivingFolder } from './arriving-folder.js';
import { ProblemFilter } from './problem-filter.js';
import { validationPipe } from './validation.js';
import { serveWeb } from './web-files.js';

/** Largest JSON body: a quarantined record that a person has fixed. Files are uploaded apart. */
const MAX_BODY_BYTES = '1mb';

/** Lists and objects within each other in a body; the deepest of the console's own has four. */
const MAX_BODY_DEPTH = 32;

const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * Turns a Nest application that holds the console's module into the console: security headers, compression, cookies,
 * checks, the API document and the web app. Call it before `listen`, once.
 * @param options.webDirectory folder of the built web app; null serves the API alone
 */
export function prepareConsole(app: NestExpressApplication, options: { webDirectory: string | null }): void {
  const logger = app.get<Logger>(LOGGER);
  arrivingFolder.removeLeft(logger);
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
          workerSrc: ["'self'"],
          manifestSrc: ["'self'"],
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
  const bodies = { limit: MAX_BODY_BYTES, verify: verifyBody };
  app.useBodyParser('json', bodies); // the parser knows `verify`; only its type here leaves it out
  app.use('/api', (_: Request, response: Response, next: () => void) => {
    // What the API says belongs to one person at one moment.
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.useGlobalPipes(validationPipe);
  app.useGlobalFilters(new ProblemFilter(logger));
  serveApiDocument(app, app.get<ComposedConsole>(CONSOLE).sessions);
  if (options.webDirectory !== null) serveWeb(app, options.webDirectory);
}

/** Before it is parsed: what is checked by recursion afterwards must not be endless. */
function verifyBody(_request: unknown, _response: unknown, bytes: Buffer): void {
  if (!isUtf8(bytes)) throw new RefusedError('invalid', '内容不是 UTF-8 编码的 JSON');
  // Brackets and quotes are the same in latin1, which is the fastest to make.
  if (isNestedDeeper(bytes.toString('latin1'), MAX_BODY_DEPTH)) throw new RefusedError('invalid', '内容嵌套过深，无法读取');
}

function isEventStream(response: Response): boolean {
  return String(response.getHeader('Content-Type') ?? '').startsWith('text/event-stream');
}
