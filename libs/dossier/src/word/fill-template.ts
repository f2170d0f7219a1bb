import { RefusedError } from '@tianyan/kernel';
import Docxtemplater from 'docxtemplater';
import PizZip from 'pizzip';
import { z } from 'zod';

/** What a template is filled with: texts, and lists of such. */
export type WordData = { readonly [name: string]: string | boolean | readonly WordData[] };

/** Mistakes named at once: whoever mends a template reads no more. */
const MAX_NAMED_MISTAKES = 20;

/**
 * A Word document by a template (.docx) with tags such as `{title}` and `{#steps}…{/steps}`. Throws RefusedError('invalid') that names every
 * mistake of the template, in Chinese, with file and tag. A tag can name what it is given and nothing else: no program runs in a template.
 */
export function fillTemplate(template: { name: string; content: Buffer }, data: WordData): Buffer {
  const unknown = new Set<string>();
  try {
    const document = new Docxtemplater(openTemplate(template), {
      paragraphLoop: true,
      linebreaks: true,
      // Texts of an upstream may hold what XML cannot: that is no mistake of the template.
      stripInvalidXMLChars: true,
      errorLogging: false,
      parser: (tag) => ({
        get: (scope: unknown) => (isData(scope) && Object.hasOwn(scope, tag) ? scope[tag] : tag === '.' ? scope : undefined),
      }),
      nullGetter: (part: unknown) => {
        unknown.add(partSchema.parse(part).value);
        return '';
      },
    });
    document.render(data);
    const made = document.toBuffer();
    if (unknown.size === 0) return made;
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw refusalOf(template.name, mistakesOf(error));
  }
  throw refusalOf(
    template.name,
    [...unknown].map((tag) => `没有“${tag}”这一项`),
  );
}

const partSchema = z.looseObject({ value: z.string() });

function isData(scope: unknown): scope is WordData {
  return typeof scope === 'object' && scope !== null && !Array.isArray(scope);
}

function openTemplate({ name, content }: { name: string; content: Buffer }): PizZip {
  try {
    return new PizZip(content);
  } catch {
    throw refusalOf(name, ['不是 Word 文档（.docx）；请用 Word 或 WPS 另存为 .docx']);
  }
}

function refusalOf(name: string, mistakes: readonly string[]): RefusedError {
  const more = mistakes.length > MAX_NAMED_MISTAKES ? [`……另有 ${mistakes.length - MAX_NAMED_MISTAKES} 处`] : [];
  return new RefusedError(
    'invalid',
    `文书模板 ${name} 有误，请改正：\n${[...mistakes.slice(0, MAX_NAMED_MISTAKES), ...more].join('\n')}`,
  );
}

/** As the library tells them: one by itself, or several in one. */
const mistakeSchema = z.looseObject({
  id: z.string(),
  xtag: z.unknown().optional(),
  file: z.string().optional(),
  explanation: z.string().optional(),
});
const errorSchema = z.looseObject({
  properties: z.looseObject({
    ...mistakeSchema.shape,
    errors: z.array(z.looseObject({ properties: mistakeSchema })).optional(),
  }),
});

/** Throws what is no mistake of a template. */
function mistakesOf(error: unknown): string[] {
  const parsed = errorSchema.safeParse(error);
  if (!parsed.success) throw error;
  const { errors, ...own } = parsed.data.properties;
  return (errors?.map(({ properties }) => properties) ?? [own]).map(mistakeText);
}

const MISTAKES: Readonly<Record<string, string>> = {
  unopened_tag: '多了右括号 }，前面没有 {',
  unclosed_tag: '有左括号 {，没有右括号 }',
  duplicate_open_tag: '左括号 { 写了两个',
  duplicate_close_tag: '右括号 } 写了两个',
  unopened_loop: '有结束 {/…}，没有开头 {#…}',
  unclosed_loop: '有开头 {#…}，没有结束 {/…}',
  closing_tag_does_not_match_opening_tag: '结束 {/…} 与开头 {#…} 不是同一项',
  no_xml_tag_found_at_left: '表格行的循环标记位置不对',
  no_xml_tag_found_at_right: '表格行的循环标记位置不对',
  loop_position_invalid: '循环的开头和结束不在同一段、同一行',
};

function mistakeText({ id, xtag, file, explanation }: z.infer<typeof mistakeSchema>): string {
  const tag = typeof xtag === 'string' && xtag !== '' ? `“${xtag}”` : '';
  return `${file ?? '正文'}：${tag}${MISTAKES[id] ?? `写法不对（${id}${explanation === undefined ? '' : `：${explanation}`}）`}`;
}
