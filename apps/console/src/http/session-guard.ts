import { requireAction, type ActiveSession, type Actor, type AuditLog, type SessionStore } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import { ACCESS } from '@tianyan/runtime';
import { createParamDecorator, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { HttpProblem } from './problem.js';
import { ruleOf } from './route-table.js';
import { SIGN_IN_STEP_COOKIE, tokenOf } from './session-cookie.js';

/** Of a path that was refused, which the client chose: enough to tell what was asked. */
const MAX_PATH_CHARS = 200;

/** Whose it is, of what is sent later than it was written. */
const SENDER_HEADER = 'tianyan-sender';

const sessions = new WeakMap<Request, ActiveSession>();

export function addressOf(request: Request): string {
  return request.ip ?? 'unknown';
}

/** The session of the request; only on routes that are not public. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext): ActiveSession => {
  const session = sessions.get(context.switchToHttp().getRequest<Request>());
  if (!session) throw new RefusedError('unauthenticated', '请先登录');
  return session;
});

/** Who asks, for use cases and the audit log. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const request = context.switchToHttp().getRequest<Request>();
  const session = sessions.get(request);
  if (!session) throw new RefusedError('unauthenticated', '请先登录');
  return { user: session.user, address: addressOf(request) };
});

/**
 * Lets in by the table of routes: what does not stand there is answered to nobody. Changing requests must come from the
 * console's own pages: the cookie is SameSite=Strict already; the origin is checked too, since browsers differ in what they
 * call one site.
 */
export class SessionGuard implements CanActivate {
  constructor(private readonly parts: { reflector: Reflector; sessions: SessionStore; audit: AuditLog }) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    assertOwnOrigin(request);
    // How the process is doing and what sources push: routes of the runtime and the connector, which ask for keys of their own.
    const access: unknown = this.parts.reflector.getAllAndOverride(ACCESS, [context.getHandler(), context.getClass()]);
    if (access === 'public') return true;
    const route = request.route as { path: string }; // what Express has matched, before it calls anything
    const rule = ruleOf(request.method, route.path);
    if (!rule) throw new Error(`${request.method} ${route.path} does not stand in the table of routes`);
    if (rule.door === 'anybody') return true;
    if (rule.door === 'half-signed-in') {
      if (tokenOf(request, SIGN_IN_STEP_COOKIE) !== null) return true;
      throw new RefusedError('unauthenticated', '请先输入账号和密码');
    }
    const session = await requireSession(this.parts.sessions, request);
    if (rule.door === 'first-password') return true;
    if (session.user.mustChangePassword)
      throw new HttpProblem(403, { code: 'password-change-required', message: '请先修改初始密码' });
    if (rule.door === 'enrolment') return true;
    if (session.mustEnrolSecondFactor)
      throw new HttpProblem(403, { code: 'second-factor-required', message: '您的角色须先启用动态验证码' });
    if (rule.door === 'signed-in') return true;
    const actor = { user: session.user, address: addressOf(request) };
    await requireAction(this.parts.audit, actor, rule.door, `${request.method} ${request.path.slice(0, MAX_PATH_CHARS)}`);
    return true;
  }
}

/** Finds the session and remembers it for the decorators. Throws RefusedError('unauthenticated'). */
export async function requireSession(store: SessionStore, request: Request): Promise<ActiveSession> {
  const token = tokenOf(request);
  const session = token === null ? null : await store.find(token);
  if (!session) throw new RefusedError('unauthenticated', '请先登录；登录可能已过期');
  // What somebody wrote without a network may be sent when another has signed in at the same browser: it is not done under their name.
  const sender = request.get(SENDER_HEADER);
  if (sender !== undefined && sender !== session.user.id)
    throw new RefusedError('unauthenticated', '现在登录的是另一个账号，没有办理。请用原来的账号登录后再提交。');
  sessions.set(request, session);
  return session;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

function assertOwnOrigin(request: Request): void {
  if (SAFE_METHODS.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const foreign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && hostOf(origin) !== request.headers.host);
  if (foreign) throw new RefusedError('forbidden', '请求不是从本系统页面发出的，已拒绝');
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
