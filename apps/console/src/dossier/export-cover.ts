import { ROLE_LABELS, type Actor } from '@tianyan/access';
import type { CoverLine } from '@tianyan/dossier';
import { toChinaMinute, type EpochMs } from '@tianyan/kernel';
import type { Names } from '@tianyan/rules';

/** Who exported what, when and why, and of which part of the county. @param input.reason null: whoever gets the file must not read it */
export function coverOf(
  actor: Actor,
  input: { title: string; reason: string | null; nowMs: EpochMs; names: Names; filter: readonly CoverLine[] },
): CoverLine[] {
  const { user } = actor;
  const places = user.townshipCodes?.map((code) => input.names.division(code) ?? code).join('、') ?? '全县';
  const classes = user.problemClasses === null ? '' : `；问题类别：${user.problemClasses.join('、')}`;
  const filter = input.filter.map(([label, text]) => `${label}：${text}`).join('；');
  return [
    ['内容', input.title],
    ['导出人', `${user.displayName}（${user.account}，${ROLE_LABELS[user.role]}）`],
    ['导出时间', toChinaMinute(input.nowMs)],
    ...(input.reason === null ? [] : [['理由', input.reason] as const]),
    ['管辖范围', `${places}${classes}`],
    ['筛选条件', filter === '' ? '没有' : filter],
    ['个人信息', '按页面遮蔽'],
  ];
}
