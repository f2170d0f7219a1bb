import { MINUTE_MS, toChinaMinute, type EpochMs } from '@tianyan/kernel';
import type { Notice, NoticeKind, NoticeSeverity, Outage } from '@tianyan/notices';

// None of the words of an upstream: they may quote a record. The page that the notice leads to has them, for those who may read them.

/** What is told of something that is out. */
export interface OutageWords {
  /** What it is called, with what is wrong: `数据源“12345 热线”中断`. */
  title: string;
  /** What it is called, and that it works: `数据源“12345 热线”已恢复`. */
  wellTitle: string;
  /** What is wrong, and what to do. */
  text: string;
  /** Where the console shows it. */
  path: string;
  severity: NoticeSeverity;
}

/** By which kinds of notices outages of each subject are told. */
const KINDS = {
  source: { failing: 'source-failing', still: 'source-still-failing', working: 'source-working' },
  platform: { failing: 'platform-failing', still: 'platform-still-failing', working: 'platform-working' },
} as const satisfies Record<Outage['subject']['kind'], Record<string, NoticeKind>>;

export const kindsOf = ({ subject }: Outage) => KINDS[subject.kind];

export function failingNotice(outage: Outage, { title, text, path, severity }: OutageWords): Notice {
  const since = toChinaMinute(outage.beganAtMs);
  return {
    ...about(outage, path),
    kind: kindsOf(outage).failing,
    severity,
    title,
    text: `自 ${since} 起${text}恢复后再通知一次。`,
  };
}

/** @param round counts what was told so of the subject, over all of its outages */
export function stillFailingNotice(outage: Outage, { title, text, path, severity }: OutageWords, round: number): Notice {
  const since = toChinaMinute(outage.beganAtMs);
  const words = { title: `${title}，仍未恢复`, text: `自 ${since} 起${text}恢复后再通知一次。` };
  return { ...about(outage, path), round, kind: kindsOf(outage).still, severity, ...words };
}

/** @param wellSinceMs machine time from which on it has worked */
export function workingNotice(outage: Outage, { wellTitle, path }: OutageWords, wellSinceMs: EpochMs): Notice {
  const minutes = Math.max(1, Math.round((wellSinceMs - outage.beganAtMs) / MINUTE_MS));
  const [what, after] = outage.subject.kind === 'source' ? ['中断', '上游还保留的数据会自动接着读，不用补录。'] : ['', ''];
  const text = `自 ${toChinaMinute(outage.beganAtMs)} 起${what}，${toChinaMinute(wellSinceMs)} 恢复，共约 ${minutes} 分钟。${after}`;
  return { ...about(outage, path), kind: kindsOf(outage).working, severity: 'low', title: wellTitle, text };
}

function about({ subject, round, beganAtMs }: Outage, path: string) {
  return {
    subject,
    round,
    // The platform's own state: of no township.
    townshipCode: null,
    occurredAtMs: beganAtMs,
    path,
    // The watch has been patient already.
    settlesForMs: 0,
  } as const;
}
