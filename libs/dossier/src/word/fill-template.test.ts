import { expect, test } from '@jest/globals';
import PizZip from 'pizzip';
import { fillTemplate, type WordData } from './fill-template.js';
import { readTemplate } from './templates.js';

const paragraph = (text: string) => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

/** The shipped template with another text. */
function templateOf(...paragraphs: string[]) {
  const zip = new PizZip(readTemplate('dossier.docx', null).content);
  const body = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraphs.map(paragraph).join('')}</w:body></w:document>`;
  zip.file('word/document.xml', body);
  return { name: 'own.docx', content: zip.generate({ type: 'nodebuffer' }) };
}

function textOf(document: Buffer): string {
  const xml = new PizZip(document).file('word/document.xml')?.asText() ?? '';
  return xml.replaceAll('</w:p>', '\n').replaceAll(/<[^>]*>/g, '');
}
const filled = (data: WordData, ...paragraphs: string[]) => textOf(fillTemplate(templateOf(...paragraphs), data));

test('tags are filled, lists repeated, and what is typed stays text', () => {
  const data = { title: '路灯<w:p/>&', people: [{ name: '陈' }, { name: '{title}' }], none: [] };
  expect(filled(data, '{title}', '{#people}', '- {name}', '{/people}', '{^none}没有{/none}')).toBe(
    '路灯&lt;w:p/&gt;&amp;\n- 陈\n- {title}\n没有\n',
  );
});

test('every mistake of a template is told at once, in Chinese, with its tag', () => {
  expect(() => filled({ title: 'x' }, '{titel}', '{other}')).toThrow(
    '文书模板 own.docx 有误，请改正：\n没有“titel”这一项\n没有“other”这一项',
  );
  expect(() => filled({ title: 'x' }, '{#people}', '{title', '{/persons}')).toThrow(/word\/document\.xml：.*\n/);
  expect(() => fillTemplate({ name: 'own.docx', content: Buffer.from('no zip') }, {})).toThrow('不是 Word 文档（.docx）');
});

test.each(['constructor', '__proto__', 'toString', 'title.length', 'process'])(
  'a tag reaches what it is given alone: %s',
  (tag) => {
    expect(() => filled({ title: 'x' }, `{${tag}}`)).toThrow(`没有“${tag}”这一项`);
  },
);

test.each(['letter.docx', 'circular.docx'] as const)('%s, which units get, names neither who took it out nor why', (name) => {
  expect(textOf(readTemplate(name, null).content)).not.toMatch(/madeBy|madeAt|reason|导出/);
});

test('the shipped template takes what a dossier gives', () => {
  const finding = {
    no: '1',
    rule: '踢皮球',
    explanation: '退回三次',
    occurredAt: '2026-07-01',
    status: '待核实',
    version: '1',
    basis: '规定',
  };
  const data: WordData = {
    number: '线索〔2026〕0001号',
    title: '踢皮球',
    state: '核实中',
    townships: '东河镇',
    assignee: '李芬',
    registeredAt: '2026-07-01',
    verdict: '—',
    disposal: '—',
    madeBy: '李芬',
    madeAt: '2026-07-01',
    reason: '移送',
    covering: '个人信息已遮蔽。',
    headHash: 'b'.repeat(64),
    keyFingerprint: '4930-0be4',
    people: [],
    findings: [{ ...finding, evidence: [{ no: '1', at: '2026-07-01', source: '12345', title: '退回' }] }],
    files: [{ no: '1', name: '现场.jpg', size: '2 MB', sha256: 'a'.repeat(64), place: 'files/001.jpg' }],
    steps: [{ no: '1', at: '2026-07-01', kind: '登记', taker: '李芬', lines: '疑点：1 条\n理由：属实' }],
  };
  const text = textOf(fillTemplate(readTemplate('dossier.docx', null), data));
  for (const words of [
    '线索〔2026〕0001号',
    '没有登记涉及人员。',
    '1. 踢皮球',
    '退回三次',
    '理由：属实',
    '现场.jpg',
    'files/001.jpg',
  ])
    expect(text).toContain(words);
  expect(text).not.toMatch(/[{}]/);
});
