import { chinaDayOf, RefusedError, SECOND_MS, SerialQueue, type EpochMs } from '@tianyan/kernel';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { printedDocumentSchema } from './printed-document.js';
import { readWord } from './read-word.js';

/** Runs from the source in the tests, and from the build otherwise. */
const PROGRAM = fileURLToPath(new URL(`./typeset-main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));
const SOURCE = fileURLToPath(new URL('../../data/pdf/document.typ', import.meta.url));

/** A thousand pages take some seconds, on a busy machine some more. */
const MAX_PRINT_SECONDS = 60;
/** Nobody prints more; what is so long is read in Excel. */
export const MAX_PDF_PAGES = 2_000;
/** Of the document before it is printed: two thousand pages have a fifth of it. */
const MAX_DOCUMENT_CHARS = 40_000_000;
/** Of Node alone: text and fonts; the typesetter beside it takes some hundred megabytes for a thousand pages. */
const HEAP_MB = 512;
/** Who waits besides the one that is printed: each takes a second or so. */
const MAX_WAITING = 8;
const KEPT_COMPLAINT_CHARS = 2_000;

/** Exit codes of the process. */
const TOO_MANY_PAGES = 3;
const BAD_FONT = 4;

/** Names that a template may give a font, and those that the same font gives itself. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  仿宋: ['仿宋', 'FangSong', '仿宋_GB2312', 'FangSong_GB2312'],
  仿宋_GB2312: ['仿宋_GB2312', 'FangSong_GB2312', '仿宋', 'FangSong'],
  宋体: ['宋体', 'SimSun', 'NSimSun'],
  黑体: ['黑体', 'SimHei'],
  楷体: ['楷体', 'KaiTi', '楷体_GB2312', 'KaiTi_GB2312'],
  方正小标宋简体: ['方正小标宋简体', 'FZXiaoBiaoSong-B05S', 'FZXiaoBiaoSong-B05'],
};

const queue = new SerialQueue(MAX_WAITING + 1);
let asked = 0;

/**
 * A filled Word document as PDF: the same words, since they are read out of it. In a process of its own, one at a time: the typesetter cannot be
 * interrupted, a process can. Throws RefusedError: `too-large`, `too-many` while others are printed, `invalid` for a font that cannot be read.
 * @param of.templatesFolder the county's own templates; fonts of its own lie below in `fonts`
 */
export async function printPdf(
  word: Buffer,
  of: { title: string; madeAtMs: EpochMs; templatesFolder: string | null },
): Promise<Buffer> {
  if (asked > MAX_WAITING) throw new RefusedError('too-many', '正在生成好几份 PDF，请过一两分钟再导出，或先导出 Word。');
  const folder = of.templatesFolder === null ? null : join(of.templatesFolder, 'fonts');
  const document = printedDocumentSchema.parse(readWord(word, of.title));
  const input = JSON.stringify({
    document,
    families: FAMILIES,
    source: readFileSync(SOURCE, 'utf8'),
    fontsFolder: folder !== null && existsSync(folder) ? folder : null,
    madeAtMs: of.madeAtMs,
    day: chinaDayOf(of.madeAtMs).split('-').map(Number),
    maxPages: MAX_PDF_PAGES,
  });
  if (input.length > MAX_DOCUMENT_CHARS) throw tooLarge();
  asked += 1;
  try {
    return await queue.run(() => typeset(input));
  } finally {
    asked -= 1;
  }
}

async function typeset(input: string): Promise<Buffer> {
  const limit = AbortSignal.timeout(MAX_PRINT_SECONDS * SECOND_MS);
  const child = spawn(execPath, [`--max-old-space-size=${HEAP_MB}`, PROGRAM], { stdio: 'pipe' });
  const end = () => void child.kill('SIGKILL');
  limit.addEventListener('abort', end);
  // Its end shows as such, not as a broken pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const [pdf, complaint] = await Promise.all([buffer(child.stdout), text(child.stderr), once(child, 'exit')]);
    if (limit.aborted) throw tooLarge();
    if (child.exitCode === TOO_MANY_PAGES) throw tooLarge();
    if (child.exitCode === BAD_FONT)
      throw new RefusedError('invalid', `文书模板文件夹 fonts 里的字体读不了，请更换或移走：${complaint}`);
    if (child.exitCode !== 0)
      throw new Error(`the process that prints ended with ${child.exitCode}: ${complaint.slice(-KEPT_COMPLAINT_CHARS)}`);
    return pdf;
  } finally {
    limit.removeEventListener('abort', end);
  }
}

function tooLarge(): RefusedError {
  return new RefusedError(
    'too-large',
    `内容太多，PDF 超过 ${MAX_PDF_PAGES} 页或 ${MAX_PRINT_SECONDS} 秒没有排完。请缩小范围，或导出 Word。`,
  );
}
