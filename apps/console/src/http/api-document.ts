import type { SessionStore } from '@tianyan/access';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { requireSession } from './session-guard.js';

/** The OpenAPI document, made from the zod schemas of the routes, for people who are signed in. */
export function serveApiDocument(app: NestExpressApplication, sessions: SessionStore): void {
  app.use('/api/docs', (request: Request, response: Response, next: NextFunction) => {
    void passOrRefuse(sessions, request, response, next);
  });
  const config = new DocumentBuilder()
    .setTitle('天眼 · 控制台接口')
    .setVersion('1')
    .setDescription(
      '先用 POST /api/session 登录，之后的请求带上它设置的 Cookie；两小时不用或满十二小时须重新登录。个人信息默认遮蔽。JSON 格式的本文档：/api/docs/openapi.json。',
    )
    .addCookieAuth('tianyan_session')
    .build();
  SwaggerModule.setup('api/docs', app, () => SwaggerModule.createDocument(app, config), {
    // For programs that make their own client of it.
    jsonDocumentUrl: 'api/docs/openapi.json',
    yamlDocumentUrl: 'api/docs/openapi.yaml',
    customSiteTitle: '天眼 · 控制台接口',
  });
}

async function passOrRefuse(sessions: SessionStore, request: Request, response: Response, next: NextFunction): Promise<void> {
  try {
    await requireSession(sessions, request);
  } catch {
    // Whatever is wrong with the session: who is not known does not read on.
    response.status(401).json({ code: 'unauthenticated', message: '请先登录，再打开接口文档' });
    return;
  }
  next();
}
