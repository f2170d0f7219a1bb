import type { Subject } from '@tianyan/console-app/api';

const PLACE_KINDS = ['townshipCode', 'villageCode', 'unitId', 'leadUnitId'];

/** Township, village and unit in one line: 城关镇 · 东关村 · 县住建局 */
export function placeOf(subjects: readonly Subject[]): string {
  return PLACE_KINDS.flatMap((kind) => subjects.filter((subject) => subject.kind === kind))
    .map((subject) => subject.name ?? subject.code)
    .join(' · ');
}
