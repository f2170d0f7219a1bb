import {
  AuditLog,
  Delegations,
  Grants,
  Passkeys,
  People,
  Reveals,
  Seal,
  SecondFactors,
  SessionStore,
  SignIn,
  SignInLimits,
  SignInSteps,
  UserStore,
} from '@tianyan/access';
import { keptSecret, type RuntimeParts } from '@tianyan/runtime';
import { join } from 'node:path';
import { IdentityCases } from './identity-cases.js';
import { IdentityService } from './identity-service.js';
import { PasskeyCases } from './passkey-cases.js';
import { DelegationCases } from '../delegations/delegation-cases.js';
import { SecondFactorCases } from './second-factor-cases.js';
import { SignInBlockCases } from './sign-in-block-cases.js';

export type Access = ReturnType<typeof composeAccess>;

/** Users, their sessions, and the log of what they did. */
export function composeAccess(
  parts: Pick<RuntimeParts, 'config' | 'logger' | 'postgres' | 'ids' | 'machineClock' | 'countyClock'>,
) {
  const { config, logger, postgres: pool, ids, machineClock: clock, countyClock } = parts;
  const { secondFactorRoles: roles, identityService: settings } = config.signIn;
  // One for all consoles of a cluster, as the digest key is; never in the database that it protects.
  const seal = new Seal(config.digestKey ?? keptSecret(join(config.dataDirectory, 'secrets', 'second-factor-key')));
  const audit = new AuditLog(pool, clock);
  const users = new UserStore({ pool, ids, clock });
  const demand = { roles, identityServiceAsks: settings?.trustsFactor ?? false };
  const sessions = new SessionStore(pool, clock, demand);
  const limits = new SignInLimits(pool, clock);
  const steps = new SignInSteps(pool, clock);
  const secondFactors = new SecondFactors({ pool, clock, seal, audit });
  const passkeys = new Passkeys({ pool, clock, ids, audit });
  const signIn = new SignIn({ users, sessions, limits, audit, steps, secondFactors, passkeys });
  const service = settings && new IdentityService({ settings, seal, clock, logger });
  const delegations = new Delegations({ pool, clock, countyClock, audit });
  return {
    audit,
    users,
    delegations,
    delegationCases: new DelegationCases({ delegations, users, countyClock }),
    sessions,
    steps,
    reveals: new Reveals({ pool, audit, clock }),
    signIn,
    signInBlockCases: new SignInBlockCases({ limits, audit }),
    passkeys,
    passkeyCases: new PasskeyCases({ passkeys, signIn }),
    secondFactorCases: new SecondFactorCases({ secondFactors, signIn, demand }),
    identityCases: new IdentityCases({ service, signIn }),
    grants: new Grants({ pool, ids, clock, audit }),
    people: new People({ pool, clock, audit }),
  };
}
