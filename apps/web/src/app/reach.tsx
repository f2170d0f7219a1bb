import { useQuery } from '@tanstack/react-query';
import { divisionsQuery } from './divisions.js';
import { useSession } from './session.js';

export function useSeesWholeCounty(): boolean {
  return useSession().townshipCodes === null;
}

/** The townships that the signed-in person may see, in words. */
export function ReachLine() {
  const codes = useSession().townshipCodes ?? [];
  const divisions = useQuery(divisionsQuery);
  const names = new Map(divisions.data?.items.map(({ code, name }) => [code, name]));
  return <>管辖范围：{codes.map((code) => names.get(code) ?? code).join('、')}</>;
}
