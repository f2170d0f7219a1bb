/** What people call about. `code` is what contracts hold, `sourceCode` and `path` are how the hotline writes it. */
export interface Matter {
  code: string;
  sourceCode: string;
  path: string;
  /** How the village ledgers name a project of this matter; null where villages build nothing. */
  projectKind: string | null;
  /** Share of the calls by season: spring, summer, autumn, winter. */
  weights: readonly [number, number, number, number];
  /** Shares of 咨询, 求助, 投诉, 举报, 建议. */
  categories: readonly [number, number, number, number, number];
  /** Departments and firms that may be given the order; the township always may. */
  units: readonly string[];
}

const matter = (
  code: string, sourceCode: string, path: string, projectKind: string | null,
  weights: Matter['weights'], categories: Matter['categories'], units: readonly string[],
): Matter => ({ code, sourceCode, path, projectKind, weights, categories, units }); // prettier-ignore

export const MATTERS: readonly Matter[] = [
  matter(
    'road',
    '0101',
    '城乡建设>道路交通>道路破损',
    '村组道路',
    [10, 9, 9, 8],
    [10, 45, 35, 2, 8],
    ['交通运输局', '住房和城乡建设局'],
  ),
  matter(
    'lighting',
    '0102',
    '城乡建设>市政设施>路灯照明',
    '路灯亮化',
    [5, 4, 6, 8],
    [5, 60, 28, 1, 6],
    ['住房和城乡建设局', '城市管理局'],
  ),
  matter('water', '0103', '城乡建设>供水>停水水质', '供水管网', [7, 12, 7, 9], [15, 50, 32, 1, 2], ['自来水公司', '水利局']),
  matter(
    'drainage',
    '0104',
    '城乡建设>排水>积水堵塞',
    '沟渠排水',
    [6, 12, 6, 3],
    [5, 55, 35, 2, 3],
    ['住房和城乡建设局', '水利局'],
  ),
  matter(
    'garbage',
    '0105',
    '城乡建设>环境卫生>垃圾清运',
    '环境整治',
    [8, 11, 8, 7],
    [4, 40, 45, 5, 6],
    ['城市管理局', '环卫服务公司'],
  ),
  matter('noise', '0201', '生态环境>噪声扰民', null, [8, 13, 8, 4], [4, 25, 62, 7, 2], ['城市管理局', '公安局', '生态环境局']),
  matter('pollution', '0202', '生态环境>污水废气', null, [7, 9, 8, 6], [3, 20, 55, 20, 2], ['生态环境局', '农业农村局']),
  matter('land', '0301', '农业农村>土地承包流转', null, [9, 6, 9, 7], [30, 25, 30, 13, 2], ['农业农村局', '自然资源和规划局']),
  matter('irrigation', '0302', '农业农村>农田水利', '农田水利', [8, 9, 5, 2], [8, 58, 28, 2, 4], ['水利局', '农业农村局']),
  matter('subsidy', '0303', '农业农村>惠农补贴', null, [7, 6, 9, 8], [50, 22, 18, 9, 1], ['农业农村局', '财政局']),
  matter(
    'pension',
    '0401',
    '民政社保>养老待遇',
    null,
    [7, 5, 7, 9],
    [60, 25, 12, 1, 2],
    ['人力资源和社会保障局', '社会保险基金管理中心'],
  ),
  matter('welfare', '0402', '民政社保>低保救助', null, [6, 5, 6, 9], [38, 38, 14, 9, 1], ['民政局', '残疾人联合会']),
  matter(
    'housing',
    '0501',
    '住房建设>农房改造',
    null,
    [8, 7, 8, 5],
    [40, 25, 28, 4, 3],
    ['住房和城乡建设局', '自然资源和规划局'],
  ),
  matter('traffic', '0601', '公安交通>交通秩序', null, [7, 7, 8, 8], [20, 30, 30, 10, 10], ['公安局', '交通运输局']),
  matter('electricity', '0701', '公用事业>供电', null, [4, 10, 4, 8], [20, 55, 22, 1, 2], ['供电公司']),
  matter('market', '0801', '市场监管>消费维权', null, [8, 8, 9, 10], [15, 20, 55, 9, 1], ['市场监督管理局', '商务局']),
];

export const PROJECT_MATTERS = MATTERS.filter((m) => m.projectKind !== null);

/** Index of the matter in MATTERS. */
export function matterOf(code: string): number {
  const index = MATTERS.findIndex((m) => m.code === code);
  if (index < 0) throw new RangeError(`no matter ${code}`);
  return index;
}

/** What can be seen on the spot alone. */
export const SEEN_ON_THE_SPOT: ReadonlySet<number> = new Set(
  ['road', 'lighting', 'drainage', 'garbage', 'irrigation'].map(matterOf),
);

export const CATEGORY_CODES = ['consult', 'help', 'complaint', 'report', 'suggestion'] as const;
export type Category = (typeof CATEGORY_CODES)[number];
export const CATEGORY_TEXTS: Readonly<Record<Category, string>> = {
  consult: '咨询类',
  help: '求助类',
  complaint: '投诉类',
  report: '举报类',
  suggestion: '建议类',
};

/** Working days that an order may take, by what the citizen wants (Jiangsu: consult 3, others 5). */
export function workdaysAllowed(category: Category): number {
  return category === 'consult' ? 3 : 5;
}
