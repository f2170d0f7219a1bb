import type { ActiveSession, Actor, SecondFactorDemand, SecondFactors, SignIn } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import type { BeginSecondFactorRequest, BegunSecondFactor, RecoveryCodes, SecondFactor } from '../api/index.js';

/** One's own second factor: set up, looked at, taken away. */
export class SecondFactorCases {
  constructor(
    private readonly parts: { secondFactors: SecondFactors; signIn: SignIn; demand: Pick<SecondFactorDemand, 'roles'> },
  ) {}

  async show({ user, signedInBy }: ActiveSession): Promise<SecondFactor> {
    return {
      required: this.parts.demand.roles.includes(user.role),
      passwordNeeded: signedInBy === 'password',
      enrolled: await this.parts.secondFactors.enrolled(user.id),
    };
  }

  /** Throws RefusedError: `invalid` for a wrong password, `conflict` where there is one already. */
  async begin(session: ActiveSession, address: string, body: BeginSecondFactorRequest): Promise<BegunSecondFactor> {
    if (session.signedInBy === 'password') {
      const password = body.currentPassword;
      if (password === undefined) throw new RefusedError('invalid', '请填写当前密码');
      await this.parts.signIn.assertPassword(session, { password, address, action: 'enrol-second-factor' });
    }
    return this.parts.secondFactors.begin({ user: session.user, address });
  }

  async confirm(session: ActiveSession, address: string, code: string): Promise<RecoveryCodes> {
    const actor = { user: session.user, address };
    return { recoveryCodes: await this.parts.secondFactors.confirm(actor, code, session.tokenDigest) };
  }

  /** Shown by a code: who has the desk alone takes nothing away. */
  async remove(actor: Actor, code: string): Promise<void> {
    await this.parts.signIn.assertCode(actor, code);
    await this.parts.secondFactors.remove(actor);
  }
}
