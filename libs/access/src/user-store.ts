import type { Clock, IdSource } from '@tianyan/kernel';
import { maybeRow, rows, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { hashPassword } from './passwords.js';
import { acceptableClasses, acceptableReach, acceptableUnits, MAX_PEOPLE } from './people/person.js';
import { ROLES, type Role } from './api/index.js';
import type { User } from './user.js';

/** A person's row, without the password's hash. */
export const userColumns = z.object({
  id: z.string(),
  account: z.string(),
  display_name: z.string(),
  role: z.enum(ROLES),
  township_codes: z.array(z.string()).nullable(),
  problem_classes: z.array(z.string()).nullable(),
  unit_codes: z.array(z.string()),
  must_change_password: z.boolean(),
});
const userSchema = userColumns.transform(toUser);
const signInSchema = userColumns
  .extend({ password_hash: z.string(), locked_at_ms: z.int().nullable() })
  .transform((row) => ({ user: toUser(row), passwordHash: row.password_hash, isLocked: row.locked_at_ms !== null }));

/** With the password's hash, for sign-in alone. */
export type FoundForSignIn = z.output<typeof signInSchema>;

export function toUser(row: z.output<typeof userColumns>): User {
  return {
    id: row.id,
    account: row.account,
    displayName: row.display_name,
    role: row.role,
    townshipCodes: row.township_codes,
    problemClasses: row.problem_classes,
    unitCodes: row.unit_codes,
    mustChangePassword: row.must_change_password,
  };
}

/**
 * Whoever may sign in, held so until the transaction has ended: who locks the account, or changes what it may do, waits, and counts what it was given.
 * Null: nobody, or locked.
 */
export function heldUser(client: ClientBase, id: string): Promise<User | null> {
  return maybeRow(client, userSchema, 'SELECT * FROM access_user WHERE id = $1 AND locked_at_ms IS NULL FOR SHARE', [id]);
}

const personNowSchema = userColumns
  .extend({ locked_at_ms: z.int().nullable() })
  .transform((row) => ({ user: toUser(row), isLocked: row.locked_at_ms !== null }));
/** Somebody, and whether the account is locked. */
export type PersonNow = z.output<typeof personNowSchema>;

/** These people as they are at this moment, in a transaction under way, by id; who does not exist is left out. */
export async function peopleNow(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, PersonNow>> {
  const found = await rows(db, personNowSchema, 'SELECT * FROM access_user WHERE id = ANY($1)', [ids]);
  return new Map(found.map((person) => [person.user.id, person]));
}

/** People who may sign in. */
export class UserStore {
  constructor(private readonly input: { pool: Pool; ids: IdSource; clock: Clock }) {}

  /** Null if the account is taken already. Throws RefusedError('invalid') for a reach or units that the role cannot have. */
  async create(user: {
    account: string;
    displayName: string;
    role: Role;
    /** Null: the whole county. */
    townshipCodes: readonly string[] | null;
    /** Null or missing: all. */
    problemClasses?: readonly string[] | null;
    /** Of a liaison. */
    unitCodes?: readonly string[];
    password: string;
    mustChangePassword: boolean;
  }): Promise<User | null> {
    const townshipCodes = acceptableReach(user.role, user.townshipCodes);
    const problemClasses = acceptableClasses(user.role, user.problemClasses ?? null);
    const unitCodes = acceptableUnits(user.role, user.unitCodes ?? []);
    return maybeRow(
      this.input.pool,
      userSchema,
      `INSERT INTO access_user (id, account, display_name, role, password_hash, must_change_password, created_at_ms, township_codes, unit_codes,
         problem_classes)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (account) DO NOTHING RETURNING *`,
      [
        this.input.ids.next(),
        user.account.toLowerCase(),
        user.displayName,
        user.role,
        await hashPassword(user.password),
        user.mustChangePassword,
        this.input.clock.nowMs(),
        townshipCodes,
        unitCodes,
        problemClasses,
      ],
    );
  }

  async findForSignIn(account: string): Promise<FoundForSignIn | null> {
    const sql = 'SELECT * FROM access_user WHERE account = $1';
    return maybeRow(this.input.pool, signInSchema, sql, [account.toLowerCase()]);
  }

  /** Who may sign in, by account; a county has tens of them. */
  async list(): Promise<User[]> {
    const sql = `SELECT * FROM access_user WHERE locked_at_ms IS NULL ORDER BY account LIMIT ${MAX_PEOPLE}`;
    return rows(this.input.pool, userSchema, sql);
  }

  /** Also who cannot sign in any more: for names, and for what an account of that name had. */
  async everybody(): Promise<User[]> {
    return rows(this.input.pool, userSchema, `SELECT * FROM access_user ORDER BY account LIMIT ${MAX_PEOPLE}`);
  }

  /**
   * Sets the password in the place of the one before, and ends every session of the person but one, in one transaction. False,
   * and nothing is done: it was reset, or the account locked, meanwhile.
   */
  async setPassword(userId: string, password: string, of: { keepDigest: string; before: string }): Promise<boolean> {
    const passwordHash = await hashPassword(password);
    const changed = await maybeRow(
      this.input.pool,
      z.object({ id: z.string() }),
      `WITH changed AS (
         UPDATE access_user SET password_hash = $2, must_change_password = false
         WHERE id = $1 AND password_hash = $4 AND locked_at_ms IS NULL AND NOT password_due RETURNING id),
       ended AS (DELETE FROM access_session WHERE user_id IN (SELECT id FROM changed) AND token_digest <> $3)
       SELECT id FROM changed`,
      [userId, passwordHash, of.keepDigest, of.before],
    );
    return changed !== null;
  }
}
