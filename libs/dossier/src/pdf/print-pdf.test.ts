import { beforeAll, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PizZip from 'pizzip';
import { extractText, getDocumentProxy } from 'unpdf';
import { fillTemplate } from '../word/fill-template.js';
import { readTemplate } from '../word/templates.js';
import { printPdf } from './print-pdf.js';
import { readWord } from './read-word.js';

const MADE_AT_MS = 1_785_000_000_000;
/** Names with characters that small fonts lack, and texts that a typesetter could take for its own. */
const NAMES = ['李堃', '朱镕', '䶮喆', '#panic("x") *粗* $x$ @a <b> \\ // [c]'];
const HASH = createHash('sha256').update('x').digest('hex');
const data = {
  kind: '监督提示函',
  number: '监督提示函〔2026〕0001号',
  title: '关于东河镇来电办理的提示',
  unit: '东河镇人民政府',
  paragraphs: [...NAMES.map((text) => ({ text })), { text: `校验值 ${HASH} 为准` }, { text: '第一行\n第二行' }],
  office: '县纪委监委',
  issuedOn: '2026年7月1日',
  replyWorkingDays: '15',
};
const word = fillTemplate(readTemplate('letter.docx', null), data);
const of = { title: '监督提示函', madeAtMs: MADE_AT_MS, templatesFolder: null };
let pdf: Buffer;

beforeAll(async () => {
  pdf = await printPdf(word, of);
});

async function pagesOf(content: Buffer): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(content)), { mergePages: false });
  return text;
}
/** Lines are broken elsewhere on paper. */
const unspaced = (text: string) => text.replaceAll(/\s+/g, '');

function textsOf(content: Buffer): string[] {
  const texts = (blocks: ReturnType<typeof readWord>['blocks']): string[] =>
    blocks.flatMap((block) =>
      block.kind === 'table'
        ? block.rows.flat().flatMap((cell) => texts(cell.blocks))
        : [block.runs.map(({ text }) => text).join('')],
    );
  return texts(readWord(content, '').blocks).filter((text) => text.trim() !== '');
}

test('says every word of the Word document, in its order, and beside it page numbers alone', async () => {
  const pages = await pagesOf(pdf);
  const said = pages.map((page, index) => unspaced(page).replace(`—${index + 1}—`, '')).join('');
  expect(said).toBe(textsOf(word).map(unspaced).join(''));
  for (const name of NAMES) expect(said).toContain(unspaced(name));
  expect(said).toContain(HASH);
});

test('has its fonts within, numbers on every page, and is the same file for the same content', async () => {
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.length).toBeLessThan(200_000);
  const pages = await pagesOf(pdf);
  expect(pages.map((page, index) => page.includes(`— ${index + 1} —`))).not.toContain(false);
  expect((await printPdf(word, of)).equals(pdf)).toBe(true);
});

test('a character that no font has is said to be missing, and not shown as a box', async () => {
  const rare = fillTemplate(readTemplate('letter.docx', null), {
    ...data,
    paragraphs: [{ text: '李\u{31350}\u200B和\u{31350}' }],
  });
  const text = unspaced((await pagesOf(await printPdf(rare, of))).join(''));
  expect(text).toContain('李〓和〓');
  expect(text).toContain('U+31350（2处）');
});

test('tables, spans and what a county has changed in its template are printed', async () => {
  const zip = new PizZip(readTemplate('bulletin.docx', null).content);
  const cell = (text: string, span = 1) =>
    `<w:tc><w:tcPr><w:gridSpan w:val="${span}"/></w:tcPr><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:tc>`;
  const rows = Array.from(
    { length: 200 },
    (_, index) => `<w:tr>${cell(`行${index}`)}${cell(index === 0 ? `校验值：${HASH}` : '值')}</w:tr>`,
  ).join('');
  const head = `<w:tr><w:trPr><w:tblHeader/></w:trPr>${cell('表头', 2)}</w:tr>`;
  const heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>一、标题</w:t></w:r></w:p>';
  const body = `${heading}<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r></w:p><w:tbl>${head}${rows}</w:tbl>`;
  zip.file(
    'word/document.xml',
    `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
  );
  const pages = await pagesOf(await printPdf(zip.generate({ type: 'nodebuffer' }), of));
  expect(pages.length).toBeGreaterThan(1);
  // The head stands again on every page.
  expect(pages.every((page) => page.includes('表头'))).toBe(true);
  expect(pages.join('')).not.toContain('看不见');
  // Longer than its cell, and whole nevertheless.
  expect(unspaced(pages.join(''))).toContain(`一、标题表头行0校验值：${HASH}行1值`);
  expect(unspaced(pages.at(-1) ?? '')).toContain('行199');
});

test('a font of the county that is none is told by its name', async () => {
  const templatesFolder = await mkdtemp(join(tmpdir(), 'tianyan-fonts-'));
  try {
    await mkdir(join(templatesFolder, 'fonts'));
    await writeFile(join(templatesFolder, 'fonts', '仿宋.ttf'), 'no font');
    await expect(printPdf(word, { ...of, templatesFolder })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('仿宋.ttf'),
    });
  } finally {
    await rm(templatesFolder, { recursive: true });
  }
});
