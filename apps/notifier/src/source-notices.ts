import { MINUTE_MS, toChinaMinute, type EpochMs } from '@tianyan/kernel';
import type { Notice, SourceOutage } from '@tianyan/notices';

// None of the words of an upstream: they may quote a record. The page of the source has them, for those who may read them.

export function failingNotice(outage: SourceOutage, label: string): Notice {
  const since = toChinaMinute(outage.beganAtMs);
  const text =
    outage.trouble === 'failing'
      ? `自 ${since} 起一直读取失败。请打开这个数据源的页面，按上面写的原因处理。恢复后再通知一次。`
      : `自 ${since} 起没有按时读取，也没有报错，多半是接入进程没有运行或停住了。请检查接入进程和它的日志。恢复后再通知一次。`;
  return { ...about(outage), kind: 'source-failing', severity: 'high', title: `数据源“${label}”中断`, text };
}

/** @param wellSinceMs machine time from which on it has worked */
export function workingNotice(outage: SourceOutage, label: string, wellSinceMs: EpochMs): Notice {
  const minutes = Math.max(1, Math.round((wellSinceMs - outage.beganAtMs) / MINUTE_MS));
  const text = `自 ${toChinaMinute(outage.beganAtMs)} 起中断，${toChinaMinute(wellSinceMs)} 恢复，共约 ${minutes} 分钟。上游还保留的数据会自动接着读，不用补录。`;
  return { ...about(outage), kind: 'source-working', severity: 'low', title: `数据源“${label}”已恢复`, text };
}

function about({ source, round, beganAtMs }: SourceOutage) {
  return {
    subject: { kind: 'source', id: source },
    round,
    // The platform's own state: of no township.
    townshipCode: null,
    occurredAtMs: beganAtMs,
    path: `/sources/${encodeURIComponent(source)}`,
    // The watch has been patient already.
    settlesForMs: 0,
  } as const;
}
