/**
 * An analyst works on findings; an administrator runs the platform: sweeps, teams, webhooks, uploads; a reader looks at what
 * everybody may see. What each may do stands in one table: `permissions.ts`.
 */
export const ROLES = ['analyst', 'administrator', 'reader'] as const;
export type Role = (typeof ROLES)[number];

export interface User {
  id: string;
  /** Name to sign in with; lower case. */
  account: string;
  displayName: string;
  role: Role;
  /** Townships that the person may see; null: the whole county. For queries: {@link Reach.of}. */
  townshipCodes: readonly string[] | null;
  mustChangePassword: boolean;
}

/** Who asks, and from where: what every audit entry names. */
export interface Actor {
  user: User;
  /** Network address, for the audit log. */
  address: string | null;
}
