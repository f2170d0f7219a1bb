import type { Catalogue } from '@tianyan/contracts';
import { tellableNames } from '../compile/told-parameters.js';
import { RuleWords } from '../explain/rule-words.js';
import { kindOf } from '../kinds/index.js';
import type { RuleDefinition } from '../language/rule.js';

/** What a figure may be called that is shown with no finding: whoever writes the explanation may cite it all the same. */
const FIGURES: Readonly<Record<string, string>> = {
  distinct: '不同取值的个数',
  sum: '合计',
  threshold: '要达到的数',
  limit: '限额',
  doneAtMs: '做了的时间',
  subjects: '主记录的条数',
  scoreThousandths: '得分（千分之一分）',
};

/** Figures of one input of a comparison, by the ends of their names. */
const OF_INPUT: readonly (readonly [string, string])[] = [
  ['Count', '的条数'],
  ['Sum', '的合计'],
  ['Stat', '的统计值'],
  ['Value', '所比的值'],
];

/** What the form calls a figure of the kind's own. */
function labelOfFigure(rule: RuleDefinition, name: string, words: RuleWords): string {
  const label = kindOf(rule).figureLabels(rule)[name] ?? FIGURES[name];
  if (label !== undefined) return label;
  for (const [end, what] of OF_INPUT) {
    const input = name.slice(0, -end.length);
    if (name.endsWith(end) && rule.inputs[input]) return `${words.input(input)}${what}`;
  }
  return name.endsWith('Ms') ? '达到的时间' : '其他数字';
}

interface Named {
  label: string;
  /** What tells it from others of the same label. */
  whose: string;
}

/** Names that the explanation may cite, each with a label that no other has. */
export function citableNames(rule: RuleDefinition, catalogue: Catalogue): { name: string; label: string }[] {
  const words = new RuleWords(rule, catalogue);
  const named = new Map<string, Named>();
  for (const name of kindOf(rule).figures(rule)) named.set(name, { label: labelOfFigure(rule, name, words), whose: '' });
  const ofField = (input: string, field: string): Named => ({
    label: words.field(input, field),
    whose: words.input(input).replaceAll(/[“”]/g, ''),
  });
  for (const [name, reference] of Object.entries({ ...rule.figures, ...rule.subjects })) {
    const [input = '', field = ''] = reference.split('.');
    named.set(name, ofField(input, field));
  }
  const [first = ''] = Object.entries(rule.inputs).flatMap(([name, { link }]) => (link === undefined ? [name] : []));
  for (const part of rule.scope) named.set(part, ofField(first, rule.inputs[first]?.scope?.[part] ?? part));
  for (const name of tellableNames(rule)) named.set(name, { label: rule.parameters[name]?.label ?? '', whose: '参数' });
  return toldApart(named);
}

function toldApart(named: ReadonlyMap<string, Named>): { name: string; label: string }[] {
  const all = [...named.values()];
  const isShared = (label: string) => all.filter((other) => other.label === label).length > 1;
  const taken = new Set<string>();
  return [...named].map(([name, { label, whose }]) => {
    const whole = whose !== '' && isShared(label) ? `${label}（${whose}）` : label;
    let free = whole;
    for (let n = 2; taken.has(free); n++) free = `${whole} ${n}`;
    taken.add(free);
    return { name, label: free };
  });
}
