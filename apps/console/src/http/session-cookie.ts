import type { CookieOptions, Request } from 'express';

export const SESSION_COOKIE = 'tianyan_session';

/** Not readable by scripts, never sent from another site. Secure wherever the console is reached by https. */
export function cookieOptions(request: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure: request.secure };
}

/** The token of a request, if it has one. */
export function tokenOf(request: Request): string | null {
  // cookie-parser fills `cookies`; a cookie that begins with `j:` arrives as an object.
  const token: unknown = request.cookies?.[SESSION_COOKIE];
  return typeof token === 'string' && token !== '' ? token : null;
}
