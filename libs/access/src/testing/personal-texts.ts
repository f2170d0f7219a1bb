import { bankCard, cardNumber } from './made-up-numbers.js';

/** A text as people write it, made up, with the parts of it that must never be seen without a reason. */
export interface PersonalText {
  text: string;
  secrets: readonly string[];
}

const CARD = cardNumber('320921', '19680412', '421');
const CARD_X = cardNumberEndingInX();
const BANK = bankCard('622848043256781290');
const BANK_16 = bankCard('621226110200456');

function cardNumberEndingInX(): string {
  for (let serial = 100; serial < 1000; serial++) {
    const card = cardNumber('320902', '19751130', String(serial));
    if (card.endsWith('X')) return card;
  }
  throw new Error('one of eleven ends in X');
}

const grouped = (digits: string, sizes: readonly number[], between: string) => {
  const parts: string[] = [];
  let start = 0;
  for (const size of sizes) {
    parts.push(digits.slice(start, start + size));
    start += size;
  }
  return parts.join(between);
};
const fullWidth = (text: string) => text.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
const circled = (digits: string) =>
  digits.replaceAll(/\d/g, (digit) => (digit === '0' ? '⓪' : String.fromCodePoint(0x2460 + Number(digit) - 1)));

/** Spellings of one mobile telephone. */
const MOBILE = '13705104826';
const PHONES: readonly string[] = [
  MOBILE,
  `+86${MOBILE}`,
  `+86 ${MOBILE}`,
  `+86-${MOBILE}`,
  `0086${MOBILE}`,
  `0086 ${MOBILE}`,
  `86-${MOBILE}`,
  `(+86)${MOBILE}`,
  `（+86）${MOBILE}`,
  `0${MOBILE}`,
  grouped(MOBILE, [3, 4, 4], ' '),
  grouped(MOBILE, [3, 4, 4], '-'),
  grouped(MOBILE, [3, 4, 4], '－'),
  grouped(MOBILE, [3, 4, 4], '—'),
  grouped(MOBILE, [3, 4, 4], '　'),
  grouped(MOBILE, [3, 4, 4], '.'),
  grouped(MOBILE, [3, 4, 4], '\u00a0'),
  grouped(MOBILE, [4, 3, 4], ' '),
  grouped(MOBILE, [3, 2, 2, 2, 2], ' '),
  `+86 ${grouped(MOBILE, [3, 4, 4], ' ')}`,
  Array.from(MOBILE).join(' '),
  Array.from(MOBILE).join('\u200b'),
  fullWidth(MOBILE),
  fullWidth(`+86${MOBILE}`),
  fullWidth(grouped(MOBILE, [3, 4, 4], '-')),
  circled(MOBILE),
  '一三七〇五一〇四八二六',
  '幺三七零五幺零四八二六',
  `${MOBILE}.0`,
  '1.3705104826E10',
];
const MIDDLES = [
  '05104826',
  '0510',
  '0510 4826',
  '0510-4826',
  '5104826',
  '０５１０',
  '〇五一〇四八二六',
  '零五幺零四八二六',
  '①⓪④⑧',
  '5104826E',
];

const phoneTexts: PersonalText[] = PHONES.flatMap((phone) => [
  { text: `路灯坏了三天没人修，请回电${phone}，谢谢`, secrets: [phone, ...MIDDLES] },
  { text: `${phone} 机主反映水压低`, secrets: [phone, ...MIDDLES] },
]);

const landlines: PersonalText[] = [
  ['0515-86317429', '86317429', '8631'],
  ['0515 8631 7429', '8631 7429', '8631'],
  ['（0515）86317429', '86317429', '8631'],
  ['(0515)8631-7429', '8631-7429', '8631'],
  ['051586317429', '86317429', '8631'],
  ['+86 515 8631 7429', '8631 7429', '8631'],
  ['+86-0515-86317429', '86317429', '8631'],
  ['０５１５－８６３１７４２９', '８６３１', '8631'],
  ['010-62517430', '62517430', '6251'],
  ['座机86317429', '86317429', '8631'],
  ['家里电话是8631 7429', '8631 7429', '8631'],
].map(([phone = '', ...secrets]) => ({ text: `可打 ${phone} 找我`, secrets }));

const cards: PersonalText[] = [
  CARD,
  CARD_X,
  CARD_X.toLowerCase(),
  grouped(CARD, [6, 8, 4], ' '),
  grouped(CARD, [6, 4, 4, 4], ' '),
  grouped(CARD, [6, 8, 4], '-'),
  fullWidth(CARD),
  fullWidth(CARD_X),
  Array.from(CARD).join(' '),
].map((card) => ({
  text: `身份证 ${card} 可查`,
  secrets: [card, '19680412', '19751130', '1968 0412', '１９６８０４１２', '１９７５１１３０'],
}));
cards.push(
  { text: `本户 ${CARD} 未领到补贴`, secrets: [CARD, '19680412'] },
  { text: `320921680412421 是老证`, secrets: ['320921680412421', '680412'] },
  { text: '旧身份证号320921 680412 421', secrets: ['680412'] },
  { text: '身份证号：320921196804124210（有一位抄错）', secrets: ['19680412'] },
);

const banks: PersonalText[] = [
  { text: `补贴打到 ${BANK}，至今未到账`, secrets: [BANK, BANK.slice(4, 15)] },
  { text: `卡号${grouped(BANK, [4, 4, 4, 4, 3], ' ')}`, secrets: [grouped(BANK, [4, 4, 4, 4, 3], ' '), BANK.slice(4, 8)] },
  { text: `银行卡：${grouped(BANK_16, [4, 4, 4, 4], '-')}`, secrets: [grouped(BANK_16, [4, 4, 4, 4], '-')] },
  { text: `工行 ${fullWidth(BANK)}`, secrets: [fullWidth(BANK), fullWidth(BANK.slice(4, 15))] },
  { text: '农商行账号3209210131010000047921，户名李建国', secrets: ['0131010000047921', '李建国', '建国'] },
  { text: '转账到 4063 6610 5208 3341 的钱没有退', secrets: ['6610 5208'] },
];

const papers: PersonalText[] = [
  { text: '护照号 E20483175 被扣', secrets: ['E20483175', '20483175'] },
  { text: '持护照EB3047215入境', secrets: ['EB3047215', '3047215'] },
  { text: '证件为 G48213907，请核对', secrets: ['48213907'] },
  { text: '护照：Ｅ２０４８３１７５', secrets: ['２０４８３１７５'] },
  { text: '港澳通行证C48210937', secrets: ['48210937'] },
  { text: '残疾证32092119680412421643未换发', secrets: ['19680412', '2421643'] },
  { text: '军官证字第3047215号', secrets: ['3047215'] },
  { text: '社保号：320921048217', secrets: ['320921048217'] },
  { text: '医保卡 D40218837 刷不了', secrets: ['40218837'] },
  { text: '病历号00482173，医院多收费', secrets: ['00482173'] },
];

const accounts: PersonalText[] = [
  { text: '邮箱 wang.jg_68@example.com', secrets: ['wang.jg', 'example.com'] },
  { text: '发到ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ', secrets: ['ｗａｎｇ', 'ｅｘａｍｐｌｅ'] },
  { text: 'wjg68 (at) example.com', secrets: ['wjg68'] },
  { text: '微信号wjg_680412', secrets: ['wjg_680412'] },
  { text: '微信：lao-wang68', secrets: ['lao-wang68'] },
  { text: '加微信 xiaoli2008', secrets: ['xiaoli2008'] },
  { text: '加V信laowang68', secrets: ['laowang68'] },
  { text: 'wx:laowang68', secrets: ['laowang68'] },
  { text: 'VX：laowang68', secrets: ['laowang68'] },
  { text: 'QQ 482193057', secrets: ['482193057'] },
  { text: 'qq号：482193057', secrets: ['482193057'] },
  { text: 'QQ群482193057里都在说', secrets: ['482193057'] },
  { text: '扣扣482193057', secrets: ['482193057'] },
  { text: 'ＱＱ：４８２１９３０５７', secrets: ['４８２１９３０５７'] },
];

const plates: PersonalText[] = [
  { text: '苏J·4K217 天天堵门', secrets: ['4K217'] },
  { text: '苏J4K217停在消防通道', secrets: ['4K217'] },
  { text: '苏JD04821 充电占位', secrets: ['D04821', '04821'] },
  { text: '皖 A 9Q317', secrets: ['9Q317'] },
  { text: '沪A-83K21乱停', secrets: ['83K21'] },
  { text: '车牌：盐城K48213', secrets: ['K48213'] },
  { text: '苏Ｊ４Ｋ２１７', secrets: ['４Ｋ２１７'] },
];

const addresses: PersonalText[] = [
  { text: '家住响水镇东园小区6号楼2单元301室，夜里有噪声', secrets: ['东园小区', '301'] },
  { text: '住址：城西路48号', secrets: ['城西路48'] },
  { text: '家庭住址 双港镇洪圩村三组17号', secrets: ['洪圩村三组', '17号'] },
  { text: '东园小区6号楼301室漏水', secrets: ['301室'] },
  { text: '洪圩村三组17号门前积水', secrets: ['三组17号'] },
  { text: '东园小区6幢2单元301户', secrets: ['301户'] },
  { text: '通讯地址是：城西路48号', secrets: ['城西路48'] },
];

const names: PersonalText[] = [
  { text: '联系人王建国', secrets: ['建国', '王建国'] },
  { text: '联系人：王建国，白天可打', secrets: ['建国'] },
  { text: '联系人姓名为欧阳建国', secrets: ['建国'] },
  { text: '反映人李秀英要求答复', secrets: ['秀英'] },
  { text: '投诉人 张桂芳 称未收到', secrets: ['桂芳'] },
  { text: '本人陈志强，系洪圩村民', secrets: ['志强'] },
  { text: '我叫周福生，今年七十', secrets: ['福生'] },
  { text: '我是刘大勇，反映修路', secrets: ['大勇'] },
  { text: '举报人赵敏不愿透露身份', secrets: ['赵敏'] },
  { text: '村民孙长林反映村里的账不公开', secrets: ['长林'] },
  { text: '已联系当事人钱美华，表示满意', secrets: ['美华'] },
  { text: '村支书王铁柱说没有钱', secrets: ['铁柱'] },
  { text: '黄丽娟反映路灯不亮', secrets: ['丽娟'] },
  { text: '吴海波来电投诉噪声', secrets: ['海波'] },
  { text: '回访徐春梅女士，未接', secrets: ['春梅'] },
  { text: '户主：买买提·艾合买提', secrets: ['买买提', '艾合买提'] },
  { text: '投诉人：爨永明', secrets: ['永明'] },
  { text: '联系人: Zhang Wei', secrets: ['Zhang Wei', 'Wei'] },
  { text: '承租人郑守义欠租两年', secrets: ['守义'] },
  { text: '收款人：何云龙', secrets: ['云龙'] },
];

/**
 * What citizens, clerks and cells of upstream systems have been seen to look like. One corpus for the search in texts and
 * for the walk over every route of the console.
 */
export const PERSONAL_TEXTS: readonly PersonalText[] = [
  ...phoneTexts,
  ...landlines,
  ...cards,
  ...banks,
  ...papers,
  ...accounts,
  ...plates,
  ...addresses,
  ...names,
];
