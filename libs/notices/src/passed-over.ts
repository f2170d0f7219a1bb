import { isAllowed, Reach, type PersonNow } from '@tianyan/access';

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
