import { useQuery } from '@tanstack/react-query';
import { divisionsQuery } from './divisions.js';
import { useSession } from './session.js';

export function useSeesWholeCounty(): boolean {
  return useSession().townshipCodes === null;
}

/** Less than the whole county, or than all classes of problems. */
export function useIsLimited(): boolean {
  const { townshipCodes, problemClasses } = useSession();
  return townshipCodes !== null || problemClasses !== null;
}

/** What the signed-in person may see, in words. */
export function ReachLine() {
  const { townshipCodes, problemClasses } = useSession();
  const divisions = useQuery(divisionsQuery);
  const names = new Map(divisions.data?.items.map(({ code, name }) => [code, name]));
  const places = townshipCodes === null ? '全县' : townshipCodes.map((code) => names.get(code) ?? code).join('、');
  return <>管辖范围：{[places, problemClasses === null ? '全部问题类别' : `只看${problemClasses.join('、')}`].join('；')}</>;
}
