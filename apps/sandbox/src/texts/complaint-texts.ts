import type { Village } from '../world/county.js';
import type { Dice } from '../world/dice.js';
import type { Category } from '../world/matters.js';
import { CONSULT_ASKS, TOPICS, type Topic } from './topics.js';

const OPENINGS = [
  '',
  '',
  '你好，',
  '您好，',
  '领导您好，',
  '12345吗？',
  '请问一下，',
  '麻烦帮忙反映一下，',
  '我想反映个事情，',
  '尊敬的领导：',
  '打扰了，',
];
const WHO = [
  '市民来电反映，',
  '来电人称，',
  '诉求人反映：',
  '',
  '',
  '',
  '我是这里的村民，',
  '我家住在附近，',
  '我们组十几户人家，',
  '本人常年在外打工，家里老人说，',
  '我们小区业主，',
];
const SINCE = [
  '已经半个多月了',
  '前后有一个多月了',
  '从年前就这样了',
  '最近一周特别严重',
  '快两个月了',
  '大概有十来天',
  '一直没有好转',
  '上个礼拜开始的',
  '断断续续有大半年了',
  '这几天下雨以后更厉害',
];
const TRIED = [
  '之前跟村里说过，没有下文。', '打过村干部电话，说是等通知。', '找过两回，都说不归他们管。', '在群里反映过也没人回。', '', '', '', '物业和社区互相推。',
  '问了好几个部门，让我打这个热线。', '上次也打过电话，说已经转下去了。', '我自己垫钱弄过一次，不顶用。',
]; // prettier-ignore
const WISHES: Readonly<Record<Category, readonly string[]>> = {
  consult: [
    '想问清楚具体怎么办理。',
    '请给个准确答复。',
    '请问要准备什么材料？',
    '不知道该找哪个部门，请告知。',
    '希望相关部门回电解释一下。',
  ],
  help: ['请尽快派人来看看。', '希望帮忙协调解决。', '麻烦安排人处理一下，谢谢！', '盼回复。', '请有关部门现场看一下再说。'],
  complaint: [
    '要求尽快整改到位，并给我答复。',
    '希望严肃处理，不要再推来推去。',
    '要求给个说法！',
    '请核实处理，处理结果请电话告知。',
    '再不解决我们就到县里去问。',
  ],
  report: ['请纪检或主管部门查一查。', '希望查清楚，要求保密。', '要求核实并公开结果。', '请调查处理，不要透露我的信息。'],
  suggestion: ['建议统一安排一下，方便大家。', '建议纳入明年的计划。', '建议有关部门研究研究。', '仅是个人建议，供参考。'],
};
/** Texts that break programs which build SQL or HTML out of them. They are legitimate content. */
const HOSTILE = [
  `<script>alert('天眼')</script>`,
  `'; DROP TABLE orders; --`,
  '=HYPERLINK("http://x","点我")',
  '{{7*7}}',
  '<img src=x onerror=alert(1)>',
  '\u202E倒序\u202C',
  `" OR "1"="1`,
];

export interface ComplaintText {
  title: string;
  content: string;
  place: string;
}

/** What a citizen says: made of slots, so that hardly two of a hundred thousand are the same. */
export function complaintText(dice: Dice, matter: string, category: Category, village: Village | undefined): ComplaintText {
  const topic = TOPICS[matter];
  if (!topic) throw new RangeError(`no texts for matter ${matter}`);
  const where = village ? `${village.township.name}${village.name}` : '响水县';
  const spot = spotOf(dice, topic);
  const problem = dice.pick(topic.problems);
  const place = `${where}${spot}`;
  if (category === 'consult') return consultText(dice, matter, place);
  const parts = [
    dice.pick(OPENINGS) + dice.pick(WHO),
    `${place}${problem}，${dice.pick(SINCE)}。`,
    dice.chance(0.7) ? dice.pick(topic.effects) : '',
    dice.pick(TRIED),
    dice.pick(WISHES[category]),
  ];
  if (dice.chance(0.002)) parts.push(dice.pick(HOSTILE));
  if (dice.chance(0.02)) parts.unshift('　　');
  return { title: `${where}${spot}${shorten(problem)}`, content: parts.join(''), place };
}

function consultText(dice: Dice, matter: string, place: string): ComplaintText {
  const ask = dice.pick(CONSULT_ASKS[matter] ?? CONSULT_ASKS.general ?? []);
  const content = `${dice.pick(OPENINGS)}${dice.pick(['市民咨询：', '来电咨询，', '想问一下，', ''])}${ask}${dice.pick(['家住', '户口在', '人在', ''])}${place}，${dice.pick(WISHES.consult)}`;
  return { title: `咨询${ask.replace(/[？。，].*$/, '')}`, content, place };
}

function spotOf(dice: Dice, topic: Topic): string {
  const spot = dice.pick(topic.spots);
  return spot.replace('#', () => String(dice.int(1, 18)));
}

/** The first clause, as a clerk would type it into the subject line. */
function shorten(problem: string): string {
  return problem.split('，')[0]?.slice(0, 24) ?? problem;
}
