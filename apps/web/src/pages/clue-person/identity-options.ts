import type { KnownPerson } from '@tianyan/console-app/api';

/** 另一人; no id of an entry. */
export const SOMEBODY_ELSE = 'somebody-else';

interface Option {
  value: string;
  label: string;
}

/**
 * What can be said of somebody: that it is one of those who are known, or somebody else. Where the check was refused, whoever names somebody must not be
 * held up by it; who is put right can always be somebody else.
 * @param of.ownId of whom it is put right: no choice
 */
export function identityOptions(
  people: readonly KnownPerson[],
  { isRefused, ownId }: { isRefused: boolean; ownId: string | undefined },
): { known: number; options: readonly Option[] } {
  const known = people.flatMap((person) => optionOf(person, ownId));
  const isOffered = known.length > 0 || isRefused || ownId !== undefined;
  const options = isOffered ? [...known, { value: SOMEBODY_ELSE, label: elseLabel(known.length, isRefused) }] : [];
  return { known: known.length, options };
}

function elseLabel(known: number, isRefused: boolean): string {
  if (isRefused) return '另一人：没有核对成，先按另一人，以后可以更正';
  return known > 0 ? '另一人：都不是' : '另一人：和别的登记不是同一个人';
}

function optionOf({ entries }: KnownPerson, ownId: string | undefined): Option[] {
  const others = entries.filter(({ personId }) => personId !== ownId);
  const [newest] = others;
  if (!newest) return [];
  const where = others.map(({ clueNumber, unit, post }) => `${unit}${post === null ? '' : ` ${post}`}（${clueNumber}）`);
  return [{ value: newest.personId, label: `同一人：${where.join('；')}` }];
}
