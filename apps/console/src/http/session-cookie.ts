import type { CookieOptions, Request } from 'express';

export const SESSION_COOKIE = 'tianyan_session';
/** Of who is half signed in: a code is awaited. It is no session's and opens nothing else. */
export const SIGN_IN_STEP_COOKIE = 'tianyan_sign_in_step';
/** Of who is on the way to the identity service and back. */
export const IDENTITY_COOKIE = 'tianyan_identity';
const IDENTITY_PATH = '/api/session/identity-service';

/** Not readable by scripts, never sent from another site. Secure wherever the console is reached by https. */
export function cookieOptions(request: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure: request.secure };
}

/** It comes back from another site, by the one navigation that `lax` allows. */
export function identityCookieOptions(request: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', path: IDENTITY_PATH, secure: request.secure };
}

/** The token of a request, if it has one. */
export function tokenOf(request: Request, cookie = SESSION_COOKIE): string | null {
  // cookie-parser fills `cookies`; a cookie that begins with `j:` arrives as an object.
  const token: unknown = request.cookies?.[cookie];
  return typeof token === 'string' && token !== '' ? token : null;
}
