/** Instants and lengths of time as people here write them; always China time, wherever the browser stands. */
const ZONE = 'Asia/Shanghai';

const parts = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function split(atMs: number): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(atMs).map((part) => [part.type, part.value]));
}

/** 2026年3月5日 14:20 */
export function instantText(atMs: number): string {
  const at = split(atMs);
  return `${at['year']}年${at['month']}月${at['day']}日 ${at['hour']}:${at['minute']}`;
}

/** 2026年3月5日 14:20:08 */
export function secondText(atMs: number): string {
  return `${instantText(atMs)}:${split(atMs)['second']}`;
}

/** 3月5日 14:20, for narrow places where the year is plain */
export function shortInstantText(atMs: number): string {
  const at = split(atMs);
  return `${at['month']}月${at['day']}日 ${at['hour']}:${at['minute']}`;
}

/** 2026年3月5日 周四 */
export function dayText(atMs: number): string {
  const at = split(atMs);
  return `${at['year']}年${at['month']}月${at['day']}日 ${at['weekday']}`;
}

export function clockText(atMs: number): string {
  const at = split(atMs);
  return `${at['hour']}:${at['minute']}`;
}

/** 3月5日 for a day `2026-03-05` */
export function chartDayText(day: string): string {
  const [, month, date] = day.split('-');
  return `${Number(month)}月${Number(date)}日`;
}

/** `YYYY-MM-DD` of an instant in China. */
export function chinaDay(atMs: number): string {
  const at = split(atMs);
  return `${at['year']}-${at['month']?.padStart(2, '0')}-${at['day']?.padStart(2, '0')}`;
}

/** The instant at which a China day begins. */
export function startOfChinaDayMs(day: string): number {
  return Date.parse(`${day}T00:00:00+08:00`);
}

export const DAY_MS = 86_400_000;

const UNITS = [
  { ms: DAY_MS, name: '天' },
  { ms: 3_600_000, name: '小时' },
  { ms: 60_000, name: '分钟' },
  { ms: 1_000, name: '秒' },
] as const;

/** 3 天 4 小时, 12 分钟, 0.8 秒: two units at most, because nobody reads more. */
export function lengthText(ms: number): string {
  if (ms < 1_000) return ms < 100 ? '不到 0.1 秒' : `${(ms / 1_000).toFixed(1)} 秒`;
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  const unit = UNITS[first];
  if (!unit) return '0 秒';
  const whole = Math.floor(ms / unit.ms);
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((ms % unit.ms) / next.ms) : 0;
  return next && rest > 0 ? `${whole} ${unit.name} ${rest} ${next.name}` : `${whole} ${unit.name}`;
}
