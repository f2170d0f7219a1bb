import { fonts as platformFonts } from '@embedpdf/fonts-sc';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { create, type Font, type FontCollection } from 'fontkit';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { exit, stderr, stdin, stdout } from 'node:process';
import { text } from 'node:stream/consumers';

// Prints the document on its input as PDF on its output, and ends. A process of its own, and imports packages only: the tests start it from
// its source. See print-pdf.ts, which says what stands on input and output.

/** Two weights of the platform's font: every character of GBK and of CJK extension A. */
const WEIGHTS: ReadonlySet<number> = new Set([400, 700]);
/** Its name for itself. */
const PLATFORM_FAMILY = 'Noto Sans S Chinese';
/** Of the county's own: a font for each of title, text and headings, each some ten megabytes. */
const MAX_FONT_FILES = 20;
const MAX_FONT_BYTES = 40 * 1024 * 1024;
/** Stands for a character that no font has (GB/T 15834 and printers have it so). */
const GETA = '〓';
/** Without a glyph, and nothing that anybody reads. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/u;
/** Named one by one; a document with more is in a script that it has no font for. */
const MAX_NAMED = 50;
/** Exit codes that print-pdf.ts knows. */
const TOO_MANY_PAGES = 3;
const BAD_FONT = 4;

interface Run {
  text: string;
  size: number;
  bold: boolean;
  color: string;
  font: string;
}
type Block = { kind: 'paragraph'; runs: Run[] } | { kind: 'table'; rows: { blocks: Block[] }[][] };
interface Asked {
  document: { title: string; blocks: Block[] };
  families: Record<string, string[]>;
  source: string;
  /** Of the county's own fonts; null: none. */
  fontsFolder: string | null;
  madeAtMs: number;
  /** Of China: year, month, day. */
  day: number[];
  maxPages: number;
}

interface FontFile {
  name: string;
  content: Buffer;
}

function fontsOf({ fontsFolder }: Asked): FontFile[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@embedpdf/fonts-sc')), '..', 'fonts');
  const own = platformFonts
    .filter(({ weight }) => WEIGHTS.has(weight))
    .map(({ file: name }) => ({ name, content: readFileSync(join(folder, name)) }));
  return [...(fontsFolder === null ? [] : countyFonts(fontsFolder)), ...own];
}

function countyFonts(folder: string): FontFile[] {
  const files = readdirSync(folder).filter((name) => /\.(?:ttf|otf|ttc)$/i.test(name));
  if (files.length > MAX_FONT_FILES) fail(BAD_FONT, `${files.length} 个字体文件，最多 ${MAX_FONT_FILES} 个`);
  return files.toSorted().map((name) => {
    const path = join(folder, name);
    if (statSync(path).size > MAX_FONT_BYTES) fail(BAD_FONT, `${name} 超过 40 MB`);
    return { name, content: readFileSync(path) };
  });
}

function fail(code: number, what: string): never {
  stderr.write(what);
  exit(code);
}

function glyphsOf(files: readonly FontFile[]): (codePoint: number) => boolean {
  const all = files.flatMap(facesOf);
  const known = new Map<number, boolean>();
  return (codePoint) => {
    const found = known.get(codePoint) ?? all.some((font) => font.hasGlyphForCodePoint(codePoint));
    known.set(codePoint, found);
    return found;
  };
}

function facesOf({ name, content }: FontFile): readonly Font[] {
  try {
    const made: Font | FontCollection = create(content);
    return 'fonts' in made ? made.fonts : [made];
  } catch (error) {
    return fail(BAD_FONT, `${name}（${String(error)}）`);
  }
}

/** Every text of the document with {@link GETA} where no font has the character; what was left out is counted by character. */
function printable(blocks: readonly Block[], has: (codePoint: number) => boolean, missing: Map<string, number>): void {
  for (const block of blocks) {
    if (block.kind === 'table') for (const cell of block.rows.flat()) printable(cell.blocks, has, missing);
    else
      for (const run of block.runs)
        run.text = Array.from(run.text, (char) => {
          if (char === '\n' || char === '\t' || has(char.codePointAt(0) ?? 0)) return char;
          if (UNSEEN.test(char)) return '';
          missing.set(char, (missing.get(char) ?? 0) + 1);
          return GETA;
        }).join('');
  }
}

function noteOf(missing: ReadonlyMap<string, number>): Block[] {
  if (missing.size === 0) return [];
  const named = [...missing].slice(0, MAX_NAMED).map(([char, times]) => {
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `U+${code}（${times} 处）`;
  });
  const more = missing.size > MAX_NAMED ? `等 ${missing.size} 个字` : '';
  const note = `字库里没有以下的字，文中以“${GETA}”代替，以同一内容的 Word 文书为准：${named.join('、')}${more}。`;
  const plain = { align: 'start', before: 6, after: 0, line: 17, indent: 0, level: 0 };
  return [{ kind: 'paragraph', ...plain, runs: [{ text: note, size: 10.5, bold: false, color: '000000', font: '' }] }];
}

const asked = JSON.parse(await text(stdin)) as Asked; // what print-pdf.ts writes
const files = fontsOf(asked);
const missing = new Map<string, number>();
printable(asked.document.blocks, glyphsOf(files), missing);
asked.document.blocks.push(...noteOf(missing));
const root = '/document';
const compiler = NodeCompiler.create({ workspace: root, fontArgs: [{ fontBlobs: files.map(({ content }) => content) }] });
const data = { document: asked.document, families: asked.families, day: asked.day, fonts: [PLATFORM_FAMILY] };
compiler.mapShadow(`${root}/document.json`, Buffer.from(JSON.stringify(data)));
const compiled = compiler.compile({ mainFileContent: asked.source });
const document = compiled.result;
if (!document) {
  compiled.printDiagnostics();
  exit(1);
}
if (document.numOfPages > asked.maxPages) fail(TOO_MANY_PAGES, String(document.numOfPages));
// PDF/A-2u: fonts within, and every character can be copied and searched; what has no glyph is refused and not shown as a box.
const pdf = compiler.pdf(document, { pdfStandard: 'a-2u', creationTimestamp: Math.floor(asked.madeAtMs / 1_000) });
stdout.write(pdf);
