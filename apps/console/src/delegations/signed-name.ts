/** Who took a step, and in whose place. */
interface Signed {
  takerId: string;
  takerAccount: string | null;
  forId?: string | null | undefined;
  forAccount?: string | null | undefined;
}

/** By both names where one acted in the place of another. @param people names of accounts, by their id */
export function signedName(step: Signed, people: ReadonlyMap<string, string>): string {
  const { takerId, takerAccount, forId = null, forAccount } = step;
  const own = people.get(takerId) ?? takerAccount ?? takerId;
  return forId === null ? own : inPlaceName(own, people.get(forId) ?? forAccount ?? forId);
}

/** Of whoever signed: one, or one and in whose place; null: nobody has. */
export function namesOfSigned([own, principal]: readonly string[], people: ReadonlyMap<string, string>): string | null {
  if (own === undefined) return null;
  return signedName({ takerId: own, takerAccount: null, forId: principal }, people);
}

/** Of one who did it, and the one in whose place. */
export const inPlaceName = (own: string, principal: string): string => `${own}（代${principal}）`;
