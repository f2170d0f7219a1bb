import { DIVISIONS } from './divisions.js';
import { MATTERS, type Matter } from './matters.js';

export interface Village {
  /** 12 digits. */
  code: string;
  /** Without 村委会/居委会, as people say it: `苗寨村`. */
  name: string;
  township: Township;
}
export interface Township {
  /** 9 digits. */
  code: string;
  name: string;
  /** The township's government as a unit that handles orders. */
  unit: Unit;
}
export interface Unit {
  id: string;
  name: string;
  kind: 'department' | 'township' | 'enterprise';
  townshipCode: string | null;
}
export interface County {
  code: string;
  name: string;
  townships: readonly Township[];
  villages: readonly Village[];
  units: readonly Unit[];
  /** The departments and firms for a matter; by the index in MATTERS. */
  unitsOfMatter: readonly (readonly Unit[])[];
}

export const COUNTY_CODE = '320921';
const COUNTY_NAME = '响水县';

const DEPARTMENTS = [
  '住房和城乡建设局', '城市管理局', '交通运输局', '水利局', '农业农村局', '生态环境局', '自然资源和规划局', '民政局',
  '人力资源和社会保障局', '财政局', '教育局', '卫生健康委员会', '市场监督管理局', '公安局', '司法局', '商务局',
  '文化广电和旅游局', '退役军人事务局', '应急管理局', '审计局', '医疗保障局', '行政审批局', '发展和改革委员会', '工业和信息化局',
  '科学技术局', '统计局', '信访局', '残疾人联合会', '社会保险基金管理中心', '住房公积金管理部', '税务局', '气象局',
  '消防救援大队', '供销合作总社', '总工会', '妇女联合会',
]; // prettier-ignore
const ENTERPRISES = ['自来水公司', '供电公司', '燃气公司', '公交公司', '环卫服务公司', '电信公司', '移动公司', '邮政公司'];

/** The simulated county: real divisions, 60 units. The same for every seed, so that results can be compared by place. */
export function loadCounty(): County {
  const departments: Unit[] = [...DEPARTMENTS.map((name) => ({ name, kind: 'department' as const })), ...ENTERPRISES.map((name) => ({ name, kind: 'enterprise' as const }))]
    .map((unit, i) => ({ id: unitId(i + 1), name: `${COUNTY_NAME}${unit.name}`, kind: unit.kind, townshipCode: null })); // prettier-ignore
  const villages: Village[] = [];
  const townships = DIVISIONS.map((division, i): Township => {
    const unit: Unit = {
      id: unitId(departments.length + i + 1),
      name: governmentOf(division.name),
      kind: 'township',
      townshipCode: division.code,
    };
    const township: Township = { code: division.code, name: division.name, unit };
    for (const text of division.villages.split(' '))
      villages.push({ code: division.code + text.slice(0, 3), name: text.slice(3), township });
    return township;
  });
  const byShortName = new Map(departments.map((unit) => [unit.name.slice(COUNTY_NAME.length), unit]));
  const unitsOfMatter = MATTERS.map((m: Matter) => m.units.map((name) => found(byShortName.get(name), name)));
  return {
    code: COUNTY_CODE,
    name: COUNTY_NAME,
    townships,
    villages,
    units: [...departments, ...townships.map((t) => t.unit)],
    unitsOfMatter,
  };
}

function unitId(n: number): string {
  return `DW${String(n).padStart(3, '0')}`;
}

function governmentOf(township: string): string {
  if (township.endsWith('镇') || township.endsWith('乡')) return `${township}人民政府`;
  if (township.endsWith('街道')) return `${township}办事处`;
  return `${township}管理委员会`;
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`no unit named ${name}`);
  return value;
}
