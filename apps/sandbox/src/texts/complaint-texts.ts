import type { Village } from '../world/county.js';
import type { Dice } from '../world/dice.js';
import type { Category } from '../world/matters.js';
import { CONSULT_ASKS } from './consult-asks.js';
import type { Scene, Since } from './topic.js';
import { topicOf } from './topics.js';

/** Whose words: a clerk writes down a call, or the citizen types. One text never mixes both. */
export type Voice = 'taken-down' | 'own';

const CALL_OPENINGS = ['市民来电反映：', '来电人称，', '诉求人反映：', '群众来电反映，', '来电反映，', '诉求人来电称，'];
const OWN_OPENINGS = ['', '', '你好，', '您好，', '领导您好，', '我想反映个事情，', '尊敬的领导：', '打扰了，', '麻烦帮忙看看，'];
const OWN_WHO: Readonly<Record<'village' | 'community' | 'nowhere', readonly string[]>> = {
  village: ['', '', '我是这里的村民，', '我家就住在旁边，', '我们组十几户人家都受影响，', '我常年在外打工，家里老人说，'],
  community: ['', '', '我是这里的居民，', '我家就住在附近，', '我们这几栋楼的住户都有意见，'],
  nowhere: ['', '', '我每天上下班都经过，', '我在附近做点小生意，'],
};
const SINCE: Readonly<Record<Since, readonly string[]>> = {
  standing: [
    '已经半个多月了', '前后有一个多月了', '从年前就这样了', '快两个月了', '断断续续有大半年了', '一直没有好转', '时好时坏拖到现在',
    '去年就反映过', '一天比一天厉害',
  ],
  sudden: ['从昨天下午开始的', '今早才发现的', '已经两三天了', '前天夜里开始的', '这个礼拜的事', '到现在没人来看'],
  paperwork: ['问了几回都没有结果', '从年初拖到现在', '跑了好几趟', '等了三个多月了', '一直没人给个准话', '前后找过四五次'],
}; // prettier-ignore
const TRIED = [
  '之前跟村里说过，没有下文。', '打过村干部电话，说是等通知。', '找过两回，都说不归他们管。', '在群里反映过也没人回。', '', '', '', '', '问了好几个部门，让打这个热线。',
  '上次也打过电话，说已经转下去了。', '有人来看过一次，拍了照就走了。', '答复说已经处理，其实没有动。',
]; // prettier-ignore
const TRIED_AT_ONCE = [
  '',
  '',
  '',
  '打过电话，说会安排人来，到现在没动静。',
  '跟村里说了，村里说不归他们管。',
  '在群里发了照片也没人回。',
];
const OWN_WISHES: Readonly<Record<Category, readonly string[]>> = {
  consult: ['想问清楚具体怎么办理。', '请给个准确答复。', '不知道该找哪个部门，请告知。', '谢谢！'],
  help: ['请尽快派人来看看。', '希望帮忙协调解决。', '麻烦安排人处理一下，谢谢！', '盼回复。', '请有关部门现场看一下再说。'],
  complaint: ['要求尽快整改到位，并给个答复。', '希望严肃处理，不要再推来推去。', '要求给个说法！', '请核实处理，结果请电话告知。', '再不解决我们就到县里去问。'], // prettier-ignore
  report: ['请纪检或主管部门查一查。', '希望查清楚，要求保密。', '要求核实并公开结果。', '请调查处理，不要透露我的信息。'],
  suggestion: ['建议统一安排一下，方便大家。', '建议纳入明年的计划。', '建议有关部门研究研究。', '仅是个人建议，供参考。'],
};
const CALL_WISHES: Readonly<Record<Category, readonly string[]>> = {
  consult: ['来电人希望得到准确答复。', '请承办单位回电解释。', '咨询办理流程和所需材料。'],
  help: ['诉求人希望尽快派人处理。', '希望相关部门协调解决。', '请求帮助。', '希望尽快恢复正常。'],
  complaint: [
    '来电人要求尽快处理并回复。',
    '诉求人情绪激动，要求给出说法。',
    '要求核实处理，电话告知结果。',
    '诉求人对之前的答复不满意。',
  ],
  report: ['诉求人要求查处，并要求保密。', '来电人要求核实并公开结果。', '请主管部门调查处理，来电人不愿透露姓名。'],
  suggestion: ['来电人建议有关部门统一考虑。', '建议列入计划。', '来电人仅作建议，无需回复。'],
};
/** Texts that break programs which build SQL or HTML out of them. They are legitimate content. */
const HOSTILE = [
  `<script>alert('天眼')</script>`, `'; DROP TABLE orders; --`, '=HYPERLINK("http://x","点我")', '{{7*7}}', '<img src=x onerror=alert(1)>', '\u202E倒序\u202C', `" OR "1"="1`,
]; // prettier-ignore
/** Streets of the county town, for callers who name no village. */
const STREETS = [
  '黄海路',
  '双园路',
  '金海路',
  '幸福路',
  '长江路',
  '城南路',
  '灌河路',
  '204国道',
  '人民路',
  '育才路',
  '汽车站对面',
  '县医院门口',
];

/** Where fields are, for callers who complain of them and name no village. */
const FARMLAND = ['通榆河东边', '灌河堤下', '黄河故道边', '204国道西侧农田', '老324省道边', '张黄河南边'];
const FARMLAND_MATTERS: ReadonlySet<string> = new Set(['irrigation', 'land', 'subsidy']);

export interface ComplaintText {
  title: string;
  content: string;
  place: string;
}

/** What a citizen says: made of slots, so that hardly two of a hundred thousand are the same. */
export function complaintText(
  dice: Dice,
  matter: string,
  category: Category,
  village: Village | undefined,
  voice: Voice,
): ComplaintText {
  if (category === 'consult') return consultText(dice, matter, village, voice);
  const scene = dice.pick(topicOf(matter).scenes);
  const place = placeOf(dice, matter, scene, village);
  const what = dice.pick(scene.what);
  const parts = [
    voice === 'own' ? dice.pick(OWN_OPENINGS) + dice.pick(OWN_WHO[kindOf(village)]) : dice.pick(CALL_OPENINGS),
    `${place}${scene.since === 'paperwork' ? '，' : ''}${what}，${dice.pick(SINCE[scene.since])}。`,
    ...effectsOf(dice, scene),
    dice.pick(scene.since === 'sudden' ? TRIED_AT_ONCE : TRIED),
    dice.pick((voice === 'own' ? OWN_WISHES : CALL_WISHES)[category]),
  ];
  if (dice.chance(0.002)) parts.push(dice.pick(HOSTILE));
  if (dice.chance(0.02)) parts.unshift('　　');
  return { title: `${place}${shorten(what)}`, content: parts.join(''), place };
}

/** None, one or two, never the same twice. */
function effectsOf(dice: Dice, scene: Scene): string[] {
  if (dice.chance(0.3)) return [];
  const first = dice.pick(scene.effects);
  const second = dice.chance(0.25) ? dice.pick(scene.effects) : first;
  return second === first ? [first] : [first, second];
}

function consultText(dice: Dice, matter: string, village: Village | undefined, voice: Voice): ComplaintText {
  const ask = dice.pick(CONSULT_ASKS[matter] ?? CONSULT_ASKS.general ?? []);
  const place = village ? `${village.township.name}${village.name}` : '响水县';
  const home = village ? dice.pick([`家住${place}，`, `户口在${place}，`, `本人在${place}，`, '']) : '';
  const opening =
    voice === 'own'
      ? dice.pick(['你好，', '您好，', '请问，', '想咨询一下，', ''])
      : dice.pick(['市民咨询：', '来电咨询，', '来电人咨询：']);
  const content = `${opening}${home}${ask}${dice.pick((voice === 'own' ? OWN_WISHES : CALL_WISHES).consult)}`;
  return { title: `咨询：${ask.replace(/[？。，].*$/, '')}`, content, place };
}

function placeOf(dice: Dice, matter: string, scene: Scene, village: Village | undefined): string {
  const spot = dice.pick(scene.spots).replaceAll('#', () => String(dice.int(1, 18)));
  if (!village) return FARMLAND_MATTERS.has(matter) ? dice.pick(FARMLAND) : `县城${dice.pick(STREETS)}`;
  const { township, name } = village;
  return spot.startsWith('^') ? `${township.name}${spot.slice(1)}` : `${township.name}${name}${spot === '村里' ? '' : spot}`;
}

function kindOf(village: Village | undefined): keyof typeof OWN_WHO {
  return village ? (village.name.endsWith('社区') ? 'community' : 'village') : 'nowhere';
}

/** The first clause, as a clerk would type it into the subject line. */
function shorten(problem: string): string {
  return problem.split('，')[0]?.slice(0, 24) ?? problem;
}
