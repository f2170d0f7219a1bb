import { actionsOf, type ActiveSession, type SignInAnswer as Entered } from '@tianyan/access';
import type { Request, Response } from 'express';
import type { Session } from '../api/index.js';
import { cookieOptions, SESSION_COOKIE, SIGN_IN_STEP_COOKIE } from '../http/session-cookie.js';

export function sessionAnswer(session: ActiveSession): Session {
  const { id, account, displayName, role, townshipCodes, problemClasses, unitCodes, mustChangePassword } = session.user;
  const { expiresAtMs, mustEnrolSecondFactor, signedInBy } = session;
  return {
    userId: id,
    account,
    displayName,
    role,
    townshipCodes: townshipCodes && [...townshipCodes],
    problemClasses: problemClasses && [...problemClasses],
    unitCodes: [...unitCodes],
    mustChangePassword,
    mustEnrolSecondFactor,
    signedInBy,
    may: actionsOf(role),
    expiresAtMs,
  };
}

/** Puts the token where it belongs: of a session, or of who still owes a code. */
export function keepToken(entered: Entered, request: Request, response: Response): void {
  const options = cookieOptions(request);
  if (entered.state === 'signed-in') {
    response.cookie(SESSION_COOKIE, entered.token, { ...options, expires: new Date(entered.session.expiresAtMs) });
    response.clearCookie(SIGN_IN_STEP_COOKIE, options);
  } else {
    response.cookie(SIGN_IN_STEP_COOKIE, entered.token, { ...options, expires: new Date(entered.expiresAtMs) });
  }
}
