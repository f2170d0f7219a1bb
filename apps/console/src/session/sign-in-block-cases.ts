import { type Actor, type AuditLog, type SignInLimits } from '@tianyan/access';
import type { SignInBlockList, UnlockSignInRequest } from '../api/index.js';

/** Delays after failed attempts to sign in, for administrators. */
export class SignInBlockCases {
  constructor(private readonly parts: { limits: SignInLimits; audit: AuditLog }) {}

  async list(): Promise<SignInBlockList> {
    return { items: await this.parts.limits.blocks() };
  }

  async unlock(actor: Actor, target: UnlockSignInRequest): Promise<void> {
    const object = 'account' in target ? `account/${target.account}` : `address/${target.address}`;
    await this.parts.audit.record(actor, { action: 'unlock-sign-in', object });
    await this.parts.limits.unlock(target);
  }
}
