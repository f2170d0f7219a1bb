import type { Clock, IdSource } from '@tianyan/kernel';
import type pg from 'pg';
import { hashPassword } from './passwords.js';
import type { Role, User } from './user.js';

export interface UserRow {
  id: string;
  account: string;
  display_name: string;
  role: Role;
  password_hash: string;
  must_change_password: boolean;
}

export function toUser(row: Omit<UserRow, 'password_hash'>): User {
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
  constructor(private readonly input: { pool: pg.Pool; ids: IdSource; clock: Clock }) {}

  /** Null if the account is taken already. */
  async create(user: {
    account: string;
    displayName: string;
    role: Role;
    password: string;
    mustChangePassword: boolean;
  }): Promise<User | null> {
    const { rows } = await this.input.pool.query<UserRow>(
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
    return rows[0] ? toUser(rows[0]) : null;
  }

  /** With the password's hash, for sign-in alone. */
  async findForSignIn(account: string): Promise<{ user: User; passwordHash: string } | null> {
    const { rows } = await this.input.pool.query<UserRow>('SELECT * FROM access_user WHERE account = $1', [
      account.toLowerCase(),
    ]);
    return rows[0] ? { user: toUser(rows[0]), passwordHash: rows[0].password_hash } : null;
  }

  /** All, by account; a county has tens of them. */
  async list(): Promise<User[]> {
    const { rows } = await this.input.pool.query<UserRow>('SELECT * FROM access_user ORDER BY account LIMIT 1000');
    return rows.map(toUser);
  }

  /** Sets the password and ends every session of the person but `keepDigest`, in one transaction. */
  async setPassword(userId: string, password: string, keepDigest: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    await this.input.pool.query(
      `WITH changed AS (UPDATE access_user SET password_hash = $2, must_change_password = false WHERE id = $1 RETURNING id)
       DELETE FROM access_session WHERE user_id IN (SELECT id FROM changed) AND token_digest <> $3`,
      [userId, passwordHash, keepDigest],
    );
  }
}
