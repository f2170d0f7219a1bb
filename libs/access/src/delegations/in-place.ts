import { RefusedError } from '@tianyan/kernel';
import { execute, type ClientBase } from '@tianyan/postgres';
import { isAllowed, type Action } from '../api/index.js';
import { Reach } from '../reach.js';
import { heldUser } from '../user-store.js';
import type { User } from '../user.js';
import { refusalOfDeputy, STANDS } from './delegation.js';

/** One or the other has left, may not any more, the days are over, or it was withdrawn: whichever, it is not so now. */
const NOT_STANDING = '代理没有生效、已到期或已撤回，或者其中一人的账号、角色、管辖范围已变更，不能代办。请刷新页面。';

/** Nobody has asked the person to act in that one's place, or not for this moment. */
class NotStandingError extends RefusedError {
  constructor() {
    super('conflict', NOT_STANDING);
  }
}

/** Whether a step was refused to whoever asked for it since that was not that one's to take: what the log keeps, as whoever audits looks for it. */
export const isTrespass = (error: unknown): boolean =>
  error instanceof NotStandingError || (error instanceof RefusedError && error.code === 'forbidden');

/** A step that one takes in the place of another. */
export interface InPlace {
  deputyId: string;
  /** In whose place. */
  forId: string;
  /** By the county's clock. */
  today: string;
  /** In Chinese, what the step is taken of, such as 这条线索. */
  noun: string;
  /** Whether it lies in that one's reach, and in the circle of those who know. */
  sees: (reach: Reach) => Promise<boolean>;
  /** What that one's role has to allow; one of them is enough. */
  actions: readonly Action[];
}

/**
 * The one in whose place a step is taken: by that one's role, of what that one sees too. Held so until the transaction has ended: who withdraws the
 * delegation, or locks one of the two, waits, or is seen here. Throws RefusedError: `conflict` where it does not stand at this moment, or the other does
 * not see it; `forbidden` where the other might not take the step either.
 */
export async function principalInPlace(client: ClientBase, asked: InPlace): Promise<User> {
  const { noun, sees, actions } = asked;
  const principal = await heldPrincipal(client, asked);
  if (!(await sees(Reach.of({ user: principal }))))
    throw new RefusedError('conflict', `${noun}不在${principal.displayName}的管辖或知悉范围内，不能代办。`);
  if (!actions.some((action) => isAllowed(principal.role, action)))
    throw new RefusedError('forbidden', `${principal.displayName}的角色不能办这一步，您不能代办。`);
  return principal;
}

async function heldPrincipal(
  client: ClientBase,
  { deputyId, forId, today }: Pick<InPlace, 'deputyId' | 'forId' | 'today'>,
): Promise<User> {
  const standing = await execute(
    client,
    `SELECT 1 FROM access_delegation WHERE deputy_id = $1 AND principal_id = $3 AND ${STANDS} FOR SHARE`,
    [deputyId, today, forId],
  );
  const [principal, deputy] = [await heldUser(client, forId), await heldUser(client, deputyId)];
  if (standing === 0 || !principal || !deputy || refusalOfDeputy(principal, deputy) !== null) throw new NotStandingError();
  return principal;
}
