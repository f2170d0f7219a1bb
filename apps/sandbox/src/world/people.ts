import { Dice, STREAM } from './dice.js';

const FAMILY = Array.from(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
);
const WEIGHTS = FAMILY.map((_, i) => 100 / (i + 6));
const GIVEN = [
  '建国', '建华', '志强', '国庆', '秀英', '桂兰', '海燕', '红梅', '小军', '伟', '芳', '娟', '敏', '静', '丽', '强', '磊', '军', '洋', '勇', '艳', '杰',
  '涛', '明', '超', '兰英', '秀兰', '玉梅', '春花', '永红', '德胜', '长生', '亚东', '士兵', '爱民', '学文', '正华', '庆兵', '加林', '兆林', '步云', '立新',
  '晓东', '雨婷', '子涵', '浩', '欣怡', '佳', '文斌', '志远', '其兵', '如海', '广林', '风云', '以成', '锦龙', '月娥', '巧云', '素珍', '翠萍', '凤英', '永刚',
]; // prettier-ignore

export function personName(dice: Dice): string {
  return (FAMILY[dice.weighted(WEIGHTS)] ?? '王') + dice.pick(GIVEN);
}

export function mobileNumber(dice: Dice): string {
  return `1${dice.pick(['38', '39', '50', '51', '59', '77', '86', '99', '73', '85'])}${String(dice.int(0, 99_999_999)).padStart(8, '0')}`;
}

const FIRM_WORDS = ['兴', '盛', '源', '达', '丰', '泰', '鑫', '恒', '瑞', '绿', '海', '润', '嘉', '宏', '联', '众', '苏', '沃'];
const FIRM_KINDS = [
  '农业发展有限公司',
  '家庭农场',
  '水产养殖专业合作社',
  '农机服务专业合作社',
  '建设工程有限公司',
  '市政工程有限公司',
  '商贸有限公司',
  '生态农业有限公司',
];

export function firmName(dice: Dice, kinds: readonly string[] = FIRM_KINDS): string {
  return `响水县${dice.pick(FIRM_WORDS)}${dice.pick(FIRM_WORDS)}${dice.pick(kinds)}`;
}

const STAFF_PER_UNIT = 7;

/** By seed and unit; some hundred units and villages, asked for a million times a year. */
const staffCache = new Map<number, Map<string, readonly string[]>>();

/** The clerks of a unit: a handful of names that come back, as they do in reality. `pick` is any whole number. */
export function staffOf(seed: number, unitId: string, pick: number): string {
  let units = staffCache.get(seed);
  if (!units) staffCache.set(seed, (units = new Map()));
  let names = units.get(unitId);
  if (!names) {
    const unit = Number(unitId.replace(/\D/g, '')) || 0;
    const known = new Set<string>();
    // No two of one unit bear one name: who handles a payment and who approves it are told apart by name.
    for (let i = 0; known.size < STAFF_PER_UNIT; i++) known.add(personName(new Dice(seed, STREAM.people, unit, i)));
    names = [...known];
    units.set(unitId, names);
  }
  return names[pick % STAFF_PER_UNIT] ?? '';
}
