import { sequentialIds, type Clock } from '@tianyan/kernel';
import type { Pool } from '@tianyan/postgres';
import {
  AuditLog,
  Passkeys,
  Seal,
  SecondFactors,
  SessionStore,
  SignIn,
  SignInLimits,
  SignInSteps,
  UserStore,
  type NamedAnswer,
  type SecondFactorDemand,
  type SignedIn,
} from './index.js';

export const SEAL_SECRET = 'a secret of more than thirty-two characters';

/** What one console process makes of its parts. */
export function signInProcess(pool: Pool, clock: Clock, demand?: SecondFactorDemand) {
  const audit = new AuditLog(pool, clock);
  const users = new UserStore({ pool, ids: sequentialIds('u'), clock });
  const sessions = new SessionStore(pool, clock, demand);
  const limits = new SignInLimits(pool, clock);
  const steps = new SignInSteps(pool, clock);
  const secondFactors = new SecondFactors({ pool, clock, seal: new Seal(SEAL_SECRET), audit });
  const passkeys = new Passkeys({ pool, clock, ids: sequentialIds('p'), audit });
  const signIn = new SignIn({ users, sessions, limits, audit, steps, secondFactors, passkeys });
  return { audit, users, sessions, limits, steps, secondFactors, passkeys, signIn };
}

/** Of somebody who owes no code. */
export function signedIn(answer: NamedAnswer): SignedIn {
  if (answer.state !== 'signed-in') throw new Error(`not signed in: ${answer.state}`);
  return answer;
}
