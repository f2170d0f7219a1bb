import { isAllowed, Reach, type Action, type Actor, type Delegations, type Role, type Signing, type User } from '@tianyan/access';
import type { DeputySteps } from '../api/index.js';

/** Who asks what may be done with something. */
export interface Asking {
  role: Role;
  userId: string;
  /** Has withdrawn (回避) from what it came from: no step is offered, in nobody's place either. */
  recused: boolean;
  /** In whose place the person acts, of those who see it too; none where a recusal of either forbids it. */
  principals: readonly Pick<User, 'id' | 'displayName' | 'role'>[];
}

/** A person in nobody's place, such as a liaison. */
export const askingAlone = ({ user }: Actor): Asking => ({ role: user.role, userId: user.id, recused: false, principals: [] });

/** Something of which steps are asked for, as its queries know it. */
interface AskedOf {
  /** Whether it lies in the reach of whoever is acted for, and nothing keeps either away from it. */
  mayStandIn: (principal: Reach, deputyId: string) => Promise<boolean>;
  /** Whether whoever asks has withdrawn from it; missing: its own answer says so. */
  isRecused?: (reach: Reach) => Promise<boolean>;
}

export async function askingOf(
  actor: Actor,
  delegations: Pick<Delegations, 'standingFor'>,
  { mayStandIn, isRecused }: AskedOf,
): Promise<Asking> {
  const alone = askingAlone(actor);
  if (await isRecused?.(Reach.of(actor))) return { ...alone, recused: true };
  const principals: User[] = [];
  for (const principal of await delegations.standingFor(actor.user))
    if (await mayStandIn(Reach.of({ user: principal }), alone.userId)) principals.push(principal);
  return { ...alone, principals };
}

/** A table of steps, as its machine is asked. */
interface Machine<Facts, K extends string> {
  actionsOf: (kind: K) => readonly Action[];
  refusalOf: (facts: Facts, kind: K, signing: Signing) => string | null;
}

export interface OfferedSteps<K extends string> {
  allowedSteps: K[];
  deputySteps: DeputySteps<K>[];
}

/**
 * What the person may do now, in the own name and in the place of others: what the role allows, where it stands, and who either is to it.
 * @param of.also what else has to be so
 */
export function offeredSteps<Facts, K extends string>(
  machine: Machine<Facts, K>,
  { facts, kinds, also = () => true }: { facts: Facts; kinds: readonly K[]; also?: (kind: K) => boolean },
  { role, userId, recused, principals }: Asking,
): OfferedSteps<K> {
  if (recused) return { allowedSteps: [], deputySteps: [] };
  const may = (kind: K, by: Role, signing: Signing): boolean =>
    also(kind) &&
    machine.actionsOf(kind).some((action) => isAllowed(by, action)) &&
    machine.refusalOf(facts, kind, signing) === null;
  return {
    allowedSteps: kinds.filter((kind) => may(kind, role, { userId })),
    deputySteps: principals
      .map((principal) => ({
        forId: principal.id,
        forName: principal.displayName,
        steps: kinds.filter((kind) => may(kind, principal.role, { userId, forId: principal.id })),
      }))
      .filter(({ steps }) => steps.length > 0),
  };
}
