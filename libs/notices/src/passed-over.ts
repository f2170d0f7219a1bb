import { isAllowed, Reach, type PersonNow } from '@tianyan/access';
import { sha256Hex } from '@tianyan/kernel';

/** Of what somebody is to be told. */
export interface ToldOf {
  townshipCode: string | null;
  /** Null: of no class that is known; missing: of no class in particular. */
  problemClass?: string | null;
}

/**
 * Why a person who is to be told is not (跳过), in Chinese; null: is told.
 * @param people as they are at this moment; who is missing does not exist any more
 */
export function passedOver(people: ReadonlyMap<string, PersonNow>, userId: string, of: ToldOf): string | null {
  const person = people.get(userId);
  if (!person) return '账号已不存在，跳过';
  if (person.isLocked) return '账号已停用，跳过';
  if (!isAllowed(person.user.role, 'read-findings')) return '角色不看疑点，跳过';
  const reach = Reach.of(person);
  const { townshipCode, problemClass } = of;
  const covers = problemClass === undefined ? reach.covers(townshipCode) : reach.coversFinding({ townshipCode, problemClass });
  return covers ? null : '不在其管辖范围内，跳过';
}

/** Changes with who is named, and with whatever {@link passedOver} asks of them: whom it passes over, it may pass over no longer then. */
export function likenessOf(people: ReadonlyMap<string, PersonNow>, userIds: readonly string[]): string {
  const now = userIds.map((id) => {
    const person = people.get(id);
    if (!person) return [id];
    const { role, townshipCodes, problemClasses } = person.user;
    return [id, person.isLocked, role, townshipCodes, problemClasses];
  });
  return sha256Hex(JSON.stringify(now));
}
