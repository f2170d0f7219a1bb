import type { Span, SpanKind } from './span.js';

/** Papers by which a person is known, and the number after them. */
const DOCUMENT_CUES =
  '护照|通行证|台胞证|回乡证|军官证|士兵证|警官证|残疾证|残疾人证|居住证|驾驶证|驾照|社保号?|医保号?|医保卡|低保证|户口簿?|病历号|住院号|学籍号|passport';

/** Frequent family names (the first 300 or so of the household register), and those of two characters. */
const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂柴焦柳邢岳齐沿梅庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵇缪干应宗宣郁杭贡嵇储仇咎荀';
const DOUBLE_SURNAMES = '欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|夏侯|端木|百里|呼延|澹台|轩辕|完颜';
const NAME = String.raw`(?:(?:${DOUBLE_SURNAMES})\p{Script=Han}{1,2}|[${SURNAMES}]\p{Script=Han}{1,2}?)`;
/** What follows a name at its earliest end: a verb, a particle, punctuation, the end. */
const AFTER_NAME = String.raw`(?=$|[^\p{Script=Han}]|反映|来电|来访|来信|投诉|举报|要求|表示|诉求|诉说|说|称|讲|问|认为|希望|请求|咨询|求助|提出|强调|证实|确认|不满|不服|不愿|家|的|在|于|与|和|及|等|已|是|为|因|从|被|把|将|对|向|给|未|去|到|又|也|再|今|昨|前|多|先生|女士|小姐|同志|大爷|大妈|大伯|老师|师傅|阿姨|老人|夫妇|夫妻|一家|本人|电话|手机|联系|住|户|收|领|欠|拿)`;
const CUES =
  '联系人|反映人|反应人|投诉人|诉求人|来电人|来访人|来信人|举报人|检举人|申请人|申诉人|报案人|当事人|被投诉人|被举报人|被反映人|法定代表人|负责人|经办人|经手人|承办人|办理人|审批人|签收人|回访人|受访人|户主|业主|房东|租户|承租人|承包人|出租人|收款人|付款人|中标人|竞买人|成交人|证人|监护人|本人|我叫|我是|名叫|姓名|户名|联络人|诉求者|反映者';
const TITLES =
  '村民|居民|市民|群众|老人|农户|贫困户|低保户|五保户|住户|邻居|患者|家属|丈夫|妻子|儿子|女儿|父亲|母亲|老伴|母女|父子|书记|支书|村支书|主任|村主任|副主任|会计|组长|队长|村长|镇长|副镇长|乡长|所长|站长|局长|科长|经理|老板|司机|工人|店主|网格员|工作人员|干部|同志|包工头|代表';
/** Words that begin like a family name and are none. */
const NO_NAMES = new Set(
  '方便 方面 方式 方法 高度 高兴 安全 安装 安排 安置 安静 文明 文件 文化 常年 常常 常住 常见 时间 时候 时常 路段 路边 路口 路面 路灯 路上 路过 马路 马上 白天 白色 水平 石头 石子 田地 田间 田里 成立 成本 成为 成功 关于 关注 关心 关系 关闭 应该 应当 应急 许多 许可 万元 万一 解决 解释 解除 强烈 强制 强行 严重 严格 严禁 向上 向下 金额 金钱 华丽 毕竟 毕业 房子 房屋 房产 房租 边上 包括 包装 包工 包村 单位 单独 单元 来电 来访 来信 来自 来源 来到 项目 江边 车辆 车位 车主 宁愿 宁可 夏天 夏季 秦岭 黄色 黄沙 黄昏 任何 任务 任意 任由 于是 何时 何处 何人 何种 程度 程序 费用 管理 管道 管辖 顾客 盛夏 古树 曲折 查看 查询 查处 查实 查明 计划 卫生 位置 位于 谷物 景区 游客 武装 席位 左右 左边 左侧 梅雨 祝愿 申请 申报 申诉 余款 余额 施工 施肥 温度 洪水 章程 纪委 纪律 童年 干部 干净 干扰 干活 干涉 应付 应有 宣传 宫殿 储存 畅通 苏州 江苏 阳光 阳台 易燃 易爆 侯车 古镇 钱款 钱财 毛病 毛坯 牛羊 牛棚 马桶 龙头 花园 石料 池塘 林地 林木 林业 柳树 杨树 叶子 段落 段路 付款 付出 付费 付清 付钱 包干 贺卡 米饭 米线 欧洲 甘蔗 桂花 安心 安宁 连续 时长 时段 时限 高压 高温 高空 高速 高价 高龄 白条 白色 黄豆 田埂 江水 江堤 林场 宁静 单据 车间 解答 解困 费力 关停 路况 管网 管护 查验 向来 向前 常规 常态 康复 文书 孔洞 石块 金融 严肃 方案 方向 方言 时效 边角 包庇 牛奶 成员 成交 成片 应收 强占 强拆 钱被 钱未 钱没 管子 强调 左转 全体 代表 和谐'.split(
    ' ',
  ),
);
const NAMED_BY = new RegExp(
  String.raw`(?:${CUES})(?:姓名)?[\s"“'(（]{0,2}(?:[:：为是叫系即]\s{0,2}|\s{1,3})?[("“'（]?(${NAME})${AFTER_NAME}`,
  'gu',
);
/** After a label with a colon whatever stands there is the name, also of people whose family name is rare, or in letters. */
const LABELLED = new RegExp(
  String.raw`(?:${CUES})(?:姓名)?\s{0,2}[:：]\s{0,2}(\p{Script=Han}{2,4}(?:·\p{Script=Han}{2,8})*|[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z'-]+){0,3})`,
  'gu',
);
const TITLED = new RegExp(String.raw`(?:${TITLES})\s{0,2}(${NAME})${AFTER_NAME}`, 'gu');
/** 张三反映…, at the beginning of a sentence. */
const SPEAKING = new RegExp(
  String.raw`(?:^|[。，,；;！!？?：:\s（(“"、])(${NAME})(?=(?:先生|女士|同志|老人|大爷|大妈)?(?:今日|今天|昨天|昨日|再次|多次|又|本人)?(?:反映|来电|来访|来信|致电|投诉|举报|要求|表示|称|诉|咨询|求助))`,
  'gu',
);
const HONOURED = new RegExp(
  String.raw`(?<!\p{Script=Han}(?=先生))(${NAME})(?=先生|女士|小姐|大爷|大妈|阿姨|师傅|夫妇|夫妻)`,
  'gu',
);
/** Names of peoples that write them with a dot: 买买提·艾合买提. */
const DOTTED = /(\p{Script=Han}{2,6}[·•]\p{Script=Han}{2,6}(?:[·•]\p{Script=Han}{2,6})*)/gu;

const PATTERNS: readonly { kind: SpanKind; pattern: RegExp; holds?: (text: string) => boolean }[] = [
  { kind: 'email', pattern: /([\w.+-]{1,64}\s{0,2}(?:@|\(at\)|\[at\])\s{0,2}[A-Za-z\d-]{1,63}(?:\.[A-Za-z\d-]{1,63}){1,4})/gi },
  {
    kind: 'account',
    pattern:
      /(?:微信|威信|薇信|V信|[企QＱ]Q|扣扣|企鹅|(?<![A-Za-z\d])(?:vx|wx|wechat|weixin|qq))(?:同?号码?|群号?|账号|id)?(?:\s{0,2}[:：为是加]{1,2}\s{0,2}|\s{1,3}|(?<=[\u4e00-\u9fff])|(?<=QQ))([A-Za-z][\w-]{4,19}|[1-9]\d{4,11})(?![A-Za-z\d])/gi,
  },
  {
    kind: 'plate',
    pattern:
      /([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-HJ-NP-Z][\s·.-]{0,2}(?=[A-Z\d]{0,6}\d)[A-HJ-NP-Z\d]{4,5}[A-HJ-NP-Z\d挂学警港澳])(?![A-Za-z\d])/g,
  },
  { kind: 'plate', pattern: /车牌号?码?[\s:：为是]{0,3}([\p{Script=Han}]{0,4}[A-Z\d][A-Z\d·-]{3,9})/giu },
  {
    kind: 'document',
    pattern: new RegExp(String.raw`(?:${DOCUMENT_CUES})[^\dA-Za-z。，；]{0,6}([A-Za-z]{0,3}\s?\d{5,20}[A-Za-z]?)`, 'gi'),
  },
  // E, G and others with eight digits; a year behind the letter makes it the number of a document of an office.
  { kind: 'document', pattern: /(?<![A-Za-z\d-])([EG](?!(?:19|20)\d\d)\d{8}|E[A-HJ-NP-Z]\d{7})(?![A-Za-z\d-])/g },
  {
    kind: 'address',
    pattern:
      /(?:家住|现住址?|住在|住址|地址|家庭住址|户籍地?址?|居住地?|居住于|通讯地址|收件地址|户口所在地|我家在?)[\s:：为是于在]{0,3}([^\s，,。；;！!？?（）()“”]{3,60})/gu,
  },
  // Down to the door: a building with a room, or the number of a house of a village group.
  {
    kind: 'address',
    pattern:
      /((?:[\p{Script=Han}A-Za-z\d]{0,16}?)[\dA-Za-z甲乙丙丁一二三四五六七八九十]{1,5}\s?(?:号楼|栋|幢|座|#|号)\s?[\dA-Za-z甲乙丙丁一二三四五六七八九十-]{0,4}\s?(?:单元|门洞)?\s?[\dA-Za-z-]{1,6}\s?(?:室|户))/gu,
  },
  {
    kind: 'address',
    pattern: /([\p{Script=Han}]{2,10}(?:村|社区|庄)[\p{Script=Han}\d]{0,4}组\s?[\d一二三四五六七八九十百]{1,4}号)/gu,
  },
  { kind: 'name', pattern: LABELLED, holds: (text) => !NO_NAMES.has(text) && !/[电手机号码同上无详]/u.test(text) },
  { kind: 'name', pattern: NAMED_BY, holds: isName },
  { kind: 'name', pattern: TITLED, holds: isName },
  { kind: 'name', pattern: SPEAKING, holds: isName },
  { kind: 'name', pattern: HONOURED, holds: isName },
  { kind: 'name', pattern: DOTTED },
];

function isName(text: string): boolean {
  return !NO_NAMES.has(text) && !NO_NAMES.has(text.slice(0, 2));
}

/** Names after words that announce them, addresses, plates, accounts and papers. A name without such words is not found. */
export function findNamesAndPlaces(plain: string): Span[] {
  const spans: Span[] = [];
  for (const { kind, pattern, holds } of PATTERNS) {
    for (const match of plain.matchAll(pattern)) {
      const [whole, found] = match;
      if (found === undefined || (holds && !holds(found))) continue;
      const start = match.index + whole.lastIndexOf(found);
      spans.push({ start, end: start + found.length, kind });
    }
  }
  return spans;
}
