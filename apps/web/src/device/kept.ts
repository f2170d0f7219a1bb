import { clear, createStore, delMany, entries, set, del, get, type UseStore } from 'idb-keyval';
import type { z } from 'zod';

/**
 * What a person has not yet been able to send stays on the device until it is sent, or until somebody signs out or another person signs in. Never
 * an answer of the server: a device in a pocket is lost. A browser that keeps nothing (a private window) works without.
 */
let opened: UseStore | undefined;
const store = () => (opened ??= createStore('tianyan', 'unsent'));

const keyOf = (userId: string, name: string) => `${userId}/${name}`;

export async function keep(userId: string, name: string, value: unknown): Promise<void> {
  await quietly(() => set(keyOf(userId, name), value, store()));
}

export async function drop(userId: string, name: string): Promise<void> {
  await quietly(() => del(keyOf(userId, name), store()));
}

/** Not where the browser refuses to: what is on the page alone must not be said to be kept. */
export async function keepsAnything(): Promise<boolean> {
  const isOpen = await quietly(async () => {
    await get('', store());
    return true;
  });
  return isOpen ?? false;
}

/** Null for nothing, and for what an earlier version kept otherwise. */
export async function kept<S extends z.ZodType>(schema: S, userId: string, name: string): Promise<z.output<S> | null> {
  const parsed = schema.safeParse(await quietly(() => get(keyOf(userId, name), store())));
  return parsed.success ? parsed.data : null;
}

/** All whose name begins so. */
export async function keptBelow<S extends z.ZodType>(schema: S, userId: string, prefix: string): Promise<z.output<S>[]> {
  const all = (await quietly(() => entries<string, unknown>(store()))) ?? [];
  return all
    .filter(([key]) => key.startsWith(keyOf(userId, prefix)))
    .flatMap(([, value]) => {
      const parsed = schema.safeParse(value);
      return parsed.success ? [parsed.data] : [];
    });
}

/** Whoever signs out leaves nothing behind. */
export async function forgetAll(): Promise<void> {
  await quietly(() => clear(store()));
}

/** Of whom a session ended by itself, and who is not the one that signs in now. */
export async function forgetOthers(userId: string): Promise<void> {
  const all = (await quietly(() => entries<string, unknown>(store()))) ?? [];
  const others = all.map(([key]) => key).filter((key) => !key.startsWith(keyOf(userId, '')));
  if (others.length > 0) await quietly(() => delMany(others, store()));
}

/** A device that keeps nothing is no reason to stop work: what is typed is still on the page. */
async function quietly<T>(task: () => Promise<T>): Promise<T | undefined> {
  try {
    return await task();
  } catch {
    return undefined;
  }
}
