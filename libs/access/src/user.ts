import type { Role } from './api/index.js';

export interface User {
  id: string;
  /** Name to sign in with; lower case. */
  account: string;
  displayName: string;
  role: Role;
  /** Townships that the person may see; null: the whole county. For queries: {@link Reach.of}. */
  townshipCodes: readonly string[] | null;
  /** Classes of problems that the person may see findings of; null: all. For queries: {@link Reach.of}. */
  problemClasses: readonly string[] | null;
  /** Units that a liaison answers for; empty for every other role. For queries: {@link UnitReach.of}. */
  unitCodes: readonly string[];
  mustChangePassword: boolean;
}

/** Who asks, and from where: what every audit entry names. */
export interface Actor {
  user: User;
  /** Network address, for the audit log. */
  address: string | null;
}
