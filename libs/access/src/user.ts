/** An analyst works on findings; an administrator also runs the platform: sweeps, teams, webhooks, uploads. */
export type Role = 'analyst' | 'administrator';

export interface User {
  id: string;
  /** Name to sign in with; lower case. */
  account: string;
  displayName: string;
  role: Role;
  mustChangePassword: boolean;
}

/** Who asks, and from where: what every audit entry names. */
export interface Actor {
  user: User;
  /** Network address, for the audit log. */
  address: string | null;
}
