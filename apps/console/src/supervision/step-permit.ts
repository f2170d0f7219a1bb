import { isAllowed, isTrespass, requireAction, type Action, type Actor, type AuditLog } from '@tianyan/access';

/** A step that somebody asks for: of what, and in whose place. */
interface AskedStep {
  /** What a role has to allow; one of them is enough. */
  actions: readonly [Action, ...Action[]];
  /** As the audit log names it. */
  object: string;
  forId?: string | undefined;
}

/**
 * Takes a step that the role allows. In the place of another (代理) it is that one's role that has to allow it: asked where the delegation is held, and
 * on record where it does not, or where there is none.
 */
export async function permitted<T>(
  audit: AuditLog,
  actor: Actor,
  { actions, object, forId }: AskedStep,
  take: () => Promise<T>,
): Promise<T> {
  if (forId === undefined) {
    await requireAction(audit, actor, actions.find((one) => isAllowed(actor.user.role, one)) ?? actions[0], object);
    return take();
  }
  try {
    return await take();
  } catch (error) {
    if (isTrespass(error)) await audit.record(actor, { action: 'refused', object, succeeded: false });
    throw error;
  }
}
