import { Reach } from '../reach.js';
import { UnitReach } from '../unit-reach.js';

/**
 * The reach of somebody of whom a test wants to know nothing else.
 * @param townshipCodes null: the whole county
 * @param problemClasses null: all
 */
export function reachOf(townshipCodes: readonly string[] | null, problemClasses: readonly string[] | null = null): Reach {
  const user = {
    id: 'u',
    account: 'u',
    displayName: '某人',
    role: 'analyst',
    mustChangePassword: false,
    townshipCodes,
    problemClasses,
    unitCodes: [],
  } as const;
  return Reach.of({ user });
}

export const WHOLE_COUNTY: Reach = reachOf(null);

/** What somebody answers for of whom a test wants to know nothing else. */
export function unitReachOf(unitCodes: readonly string[]): UnitReach {
  const user = { id: 'u', account: 'u', displayName: '某人', role: 'unit-liaison', mustChangePassword: false } as const;
  return UnitReach.of({ user: { ...user, townshipCodes: null, problemClasses: null, unitCodes } });
}
