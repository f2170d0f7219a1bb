import type { Clock, IdSource } from '@tianyan/kernel';
import { execute, maybeRow, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { hashPassword } from './passwords.js';
import { ROLES, type Role, type User } from './user.js';

/** A person's row, without the password's hash. */
export const userColumns = z.object({
  id: z.string(),
  account: z.string(),
  display_name: z.string(),
  role: z.enum(ROLES),
  must_change_password: z.boolean(),
});
const userSchema = userColumns.transform(toUser);
const signInSchema = userColumns
  .extend({ password_hash: z.string() })
  .transform((row) => ({ user: toUser(row), passwordHash: row.password_hash }));

export function toUser(row: z.output<typeof userColumns>): User {
  return {
    id: row.id,
    account: row.account,
    displayName: row.display_name,
    role: row.role,
    mustChangePassword: row.must_change_password,
  };
}

/** People who may sign in. */
export class UserStore {
  constructor(private readonly input: { pool: Pool; ids: IdSource; clock: Clock }) {}

  /** Null if the account is taken already. */
  async create(user: {
    account: string;
    displayName: string;
    role: Role;
    password: string;
    mustChangePassword: boolean;
  }): Promise<User | null> {
    return maybeRow(
      this.input.pool,
      userSchema,
      `INSERT INTO access_user (id, account, display_name, role, password_hash, must_change_password, created_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account) DO NOTHING RETURNING *`,
      [
        this.input.ids.next(),
        user.account.toLowerCase(),
        user.displayName,
        user.role,
        await hashPassword(user.password),
        user.mustChangePassword,
        this.input.clock.nowMs(),
      ],
    );
  }

  /** With the password's hash, for sign-in alone. */
  async findForSignIn(account: string): Promise<{ user: User; passwordHash: string } | null> {
    const sql = 'SELECT * FROM access_user WHERE account = $1';
    return maybeRow(this.input.pool, signInSchema, sql, [account.toLowerCase()]);
  }

  /** All, by account; a county has tens of them. */
  async list(): Promise<User[]> {
    return rows(this.input.pool, userSchema, 'SELECT * FROM access_user ORDER BY account LIMIT 1000');
  }

  /** Sets the password and ends every session of the person but `keepDigest`, in one transaction. */
  async setPassword(userId: string, password: string, keepDigest: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    await execute(
      this.input.pool,
      `WITH changed AS (UPDATE access_user SET password_hash = $2, must_change_password = false WHERE id = $1 RETURNING id)
       DELETE FROM access_session WHERE user_id IN (SELECT id FROM changed) AND token_digest <> $3`,
      [userId, passwordHash, keepDigest],
    );
  }
}
