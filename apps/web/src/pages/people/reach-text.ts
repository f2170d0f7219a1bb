import { isOfUnits, type Person } from '@tianyan/console-app/api';

/** What a person sees, by name: of a liaison the units. */
export function holdingText(
  { role, townshipCodes, problemClasses, unitCodes }: Pick<Person, 'role' | 'townshipCodes' | 'problemClasses' | 'unitCodes'>,
  names: ReadonlyMap<string, string>,
): string {
  const classes = problemClasses === null ? '' : `；只看${problemClasses.join('、')}`;
  if (!isOfUnits(role)) return `${reachText(townshipCodes, names)}${classes}`;
  return unitCodes.length === 0 ? '未选单位' : unitCodes.map((code) => names.get(code) ?? code).join('、');
}

/** Townships by name; null: all of them. */
function reachText(codes: readonly string[] | null, names: ReadonlyMap<string, string>): string {
  return codes === null ? '全县' : codes.map((code) => names.get(code) ?? code).join('、');
}
