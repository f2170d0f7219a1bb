import { builtInCatalogue, mappingSchema } from '@tianyan/contracts';
import { sourceSchema } from '../configured/source-config.js';
import { dateSamplesText } from './date-samples.js';
import { limitsText } from './limits-text.js';
import { recordTypesText } from './record-types-text.js';
import { sectionsText } from './section-text.js';
import { sectionsOf } from './sections.js';

/** Every section of what a person who connects a source may write. */
export const SOURCE_SECTIONS = sectionsOf(sourceSchema);
export const MAPPING_SECTIONS = sectionsOf(mappingSchema);

/** The parts of docs/mapping-reference.md that the program writes; what stands between them is written by people. */
const PARTS: Readonly<Record<string, () => string>> = {
  数据源文件: () => sectionsText(SOURCE_SECTIONS),
  映射文件: () => sectionsText(MAPPING_SECTIONS),
  时间的写法: dateSamplesText,
  上限: limitsText,
  记录类型: () => recordTypesText(builtInCatalogue),
};

const PART = /(<!-- 程序生成：(.+?) -->\n)[\s\S]*?(<!-- 生成到此 -->)/g;

/** The reference with each of its generated parts made anew. Throws when one is missing, unknown, or stands there twice. */
export function rewrittenReference(text: string): string {
  const met: string[] = [];
  const written = text.replaceAll(PART, (_all, begin: string, name: string, end: string) => {
    met.push(name);
    const part = PARTS[name];
    if (!part) throw new RangeError(`the reference asks for a part ${name}, which nobody makes`);
    return `${begin}\n${part()}\n\n${end}`;
  });
  if (met.toSorted().join() !== Object.keys(PARTS).toSorted().join())
    throw new RangeError(`the reference has the parts ${met.join()}, not ${Object.keys(PARTS).join()}`);
  return written;
}
