import type { ActiveSession, Actor, PasskeyMade, Passkeys, PasskeySite, SignIn } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import type { Passkey, PasskeyList } from '../api/index.js';

/** One's own passkeys: made, looked at, taken away. */
export class PasskeyCases {
  constructor(private readonly parts: { passkeys: Passkeys; signIn: SignIn }) {}

  async list({ user }: Actor, site: PasskeySite | null): Promise<PasskeyList> {
    return { items: await this.parts.passkeys.list(user.id), available: site !== null };
  }

  /** Shown by a code: who has the desk alone adds no way in. Throws RefusedError: `invalid`, `conflict`. */
  async begin(session: ActiveSession, address: string, { code, site }: { code: string; site: PasskeySite | null }) {
    const actor = { user: session.user, address };
    const possible = assertPossible(site);
    await this.parts.passkeys.assertMayAdd(actor.user.id);
    await this.parts.signIn.assertCode(actor, code);
    return this.parts.passkeys.beginEnrolment(actor, session.tokenDigest, possible);
  }

  enrol(
    session: ActiveSession,
    address: string,
    { site, ...asked }: { name: string; made: PasskeyMade; site: PasskeySite | null },
  ): Promise<Passkey> {
    const actor = { user: session.user, address };
    return this.parts.passkeys.enrol(actor, session.tokenDigest, { ...asked, site: assertPossible(site) });
  }

  /** Shown by a code, like the codes themselves. */
  async remove(actor: Actor, id: string, code: string): Promise<void> {
    await this.parts.passkeys.assertHas(actor.user.id, id);
    await this.parts.signIn.assertCode(actor, code);
    await this.parts.passkeys.remove(actor, id);
  }
}

/** Throws RefusedError('conflict'). */
export function assertPossible(site: PasskeySite | null): PasskeySite {
  if (site) return site;
  throw new RefusedError('conflict', '通行密钥只能在 https 的域名上使用，请从平台的正式地址打开；没有的，请系统管理员配置');
}
