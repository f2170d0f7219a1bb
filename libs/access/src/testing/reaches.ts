import { Reach } from '../reach.js';

/** The reach of somebody of whom a test wants to know nothing else. @param townshipCodes null: the whole county */
export function reachOf(townshipCodes: readonly string[] | null): Reach {
  const user = { id: 'u', account: 'u', displayName: '某人', role: 'analyst', mustChangePassword: false, townshipCodes } as const;
  return Reach.of({ user });
}

export const WHOLE_COUNTY: Reach = reachOf(null);
