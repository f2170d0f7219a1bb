import { FINDING_SEVERITIES } from '@tianyan/contracts';
import { NOTICE_WORDS, type Delivery, type NoticeKind } from '@tianyan/notices';

/** What is said by e-mail and in chat groups: one line, and what stands below it. */
export interface MessageText {
  title: string;
  lines: readonly string[];
}

export interface MessagePlaces {
  /** Name of a township; undefined: not known, its code is left out as it tells nobody anything. */
  townshipName: (code: string) => Promise<string | undefined>;
  /** Address under which people open the console; null: they know it. */
  consoleUrl: string | null;
}

/**
 * The kinds whose text the platform itself has made: figures and names of rules. The text of a finding explains it by the words of
 * its rule; it stays in the platform, where reach and covering are.
 */
const TOLD_TEXT: ReadonlySet<NoticeKind> = new Set([
  'summary',
  'summary-withdrawn',
  'summary-moved',
  'source-failing',
  'source-still-failing',
  'source-working',
  'platform-failing',
  'platform-still-failing',
  'platform-working',
  'rule-set-aside',
  'channel-test',
]);
/** Of these the severity means nothing to whoever reads it. */
const WITHOUT_SEVERITY: ReadonlySet<NoticeKind> = new Set(['source-working', 'platform-working', 'channel-test']);

/** Title, severity, township and link of a notice: nothing about a person, and no explanation of a finding. */
export async function messageText(delivery: Delivery, { townshipName, consoleUrl }: MessagePlaces): Promise<MessageText> {
  const { kind, title, text, severity, townshipCode, path } = delivery;
  const township = townshipCode === null ? undefined : await townshipName(townshipCode);
  const mark = WITHOUT_SEVERITY.has(kind) ? '' : `【${FINDING_SEVERITIES[severity]}】`;
  return {
    title: `${mark}${title}`,
    lines: [
      NOTICE_WORDS[kind].notice,
      ...(township === undefined ? [] : [`乡镇：${township}`]),
      ...(TOLD_TEXT.has(kind) ? [text] : []),
      consoleUrl === null ? '请登录天眼平台，在“通知”里查看。' : `查看：${new URL(path, consoleUrl).href}`,
    ],
  };
}

/** As plain text of at most so many bytes; the robots refuse more. Whole characters, and the end of what is cut says so. */
export function plainText({ title, lines }: MessageText, maxBytes: number): string {
  const text = [`天眼：${title}`, ...lines].join('\n');
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const end = '…';
  let bytes = Buffer.byteLength(end);
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept + end;
}
