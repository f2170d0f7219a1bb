import { childOf, elementsOf, isOn, valueOf, type XmlElement } from './xml-tree.js';

/** How a run of text looks; lengths in points. */
export interface RunLook {
  size: number;
  bold: boolean;
  /** `rrggbb`. */
  color: string;
  /** As the document names it; the county may have it, the platform has one of its own. */
  font: string;
}

export interface ParagraphLook {
  align: 'start' | 'center' | 'end' | 'justify';
  before: number;
  after: number;
  /** From one line to the next. */
  line: number;
  /** Of the first line. */
  indent: number;
  /** Of a heading, from 1; 0: none. */
  level: number;
}

interface Look {
  paragraph: ParagraphLook;
  run: RunLook;
}

const TWIPS_PER_POINT = 20;
const HALF_POINTS_PER_POINT = 2;
/** What Word takes where a document says nothing. */
const PLAIN: Look = {
  paragraph: { align: 'start', before: 0, after: 0, line: 13.7, indent: 0, level: 0 },
  run: { size: 10.5, bold: false, color: '000000', font: '' },
};
const ALIGNMENTS: Readonly<Record<string, ParagraphLook['align']>> = {
  center: 'center',
  right: 'end',
  end: 'end',
  both: 'justify',
  distribute: 'justify',
};
/** Styles that are based on each other in a ring end here. */
const MAX_BASED_ON = 20;

/** Looks by style, as `styles.xml` has them: defaults, then what a style is based on, then the style. */
export class WordStyles {
  private readonly styles: ReadonlyMap<string, XmlElement>;
  private readonly defaults: Look;
  private readonly ofPlainText: string | undefined;

  constructor(root: XmlElement) {
    const all = elementsOf(root).filter(({ name }) => name === 'style');
    this.styles = new Map(all.map((style) => [style.attributes['styleId'] ?? '', style]));
    this.ofPlainText = all.find(({ attributes: { type, default: isDefault } }) => type === 'paragraph' && isDefault === '1')
      ?.attributes['styleId'];
    const said = childOf(root, 'docDefaults');
    this.defaults = withLook(PLAIN, childOf(said, 'pPrDefault', 'pPr'), childOf(said, 'rPrDefault', 'rPr'));
  }

  /** Of a paragraph by its own `w:pPr`, and of its text where a run says nothing. */
  paragraph(properties: XmlElement | undefined): Look {
    const chain: XmlElement[] = [];
    let id = valueOf(properties, 'pStyle') ?? this.ofPlainText;
    while (id !== undefined && chain.length < MAX_BASED_ON) {
      const style = this.styles.get(id);
      if (!style) break;
      chain.unshift(style);
      id = valueOf(style, 'basedOn');
    }
    const styled = chain.reduce((look, style) => withLook(look, childOf(style, 'pPr'), childOf(style, 'rPr')), this.defaults);
    return withLook(styled, properties, undefined);
  }

  /** Of a run by its own `w:rPr`. */
  run(paragraph: Look, properties: XmlElement | undefined): RunLook {
    return withLook(paragraph, undefined, properties).run;
  }
}

function withLook({ paragraph, run }: Look, said: XmlElement | undefined, saidOfText: XmlElement | undefined): Look {
  const spacing = childOf(said, 'spacing')?.attributes;
  const indent = childOf(said, 'ind')?.attributes;
  const align = valueOf(said, 'jc');
  const level = valueOf(said, 'outlineLvl');
  const size = valueOf(saidOfText, 'sz');
  const color = valueOf(saidOfText, 'color');
  const points = size === undefined ? run.size : Number(size) / HALF_POINTS_PER_POINT;
  return {
    paragraph: {
      align: align === undefined ? paragraph.align : (ALIGNMENTS[align] ?? 'start'),
      before: pointsOf(spacing?.['before']) ?? paragraph.before,
      after: pointsOf(spacing?.['after']) ?? paragraph.after,
      line: lineOf(spacing, points) ?? paragraph.line,
      indent: indentOf(indent, points) ?? paragraph.indent,
      level: level === undefined ? paragraph.level : Number(level) + 1,
    },
    run: {
      size: points,
      bold: isOn(saidOfText, 'b') ?? run.bold,
      color: color !== undefined && /^[0-9a-f]{6}$/i.test(color) ? color : run.color,
      font: childOf(saidOfText, 'rFonts')?.attributes['eastAsia'] ?? run.font,
    },
  };
}

export function pointsOf(twips: string | undefined): number | undefined {
  const points = Number(twips) / TWIPS_PER_POINT;
  return twips === undefined || !Number.isFinite(points) ? undefined : points;
}

const LINES_IN_240THS = 240;
/** What a single line of Chinese takes, of its size. */
const SINGLE_LINE = 1.3;

/** Word says it in points, or in lines of what stands there. */
function lineOf(spacing: XmlElement['attributes'] | undefined, size: number): number | undefined {
  const line = spacing?.['line'];
  if (line === undefined) return undefined;
  const isExact = spacing?.['lineRule'] === 'exact' || spacing?.['lineRule'] === 'atLeast';
  return isExact ? pointsOf(line) : (Number(line) / LINES_IN_240THS) * SINGLE_LINE * size;
}

const HUNDREDTHS = 100;

/** Word counts it in characters where it is typed so. */
function indentOf(said: XmlElement['attributes'] | undefined, size: number): number | undefined {
  const characters = said?.['firstLineChars'];
  return characters === undefined ? pointsOf(said?.['firstLine']) : (Number(characters) / HUNDREDTHS) * size;
}
