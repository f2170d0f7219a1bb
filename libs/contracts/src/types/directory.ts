import { defineContract } from '../contract.js';
import { code, creditCode, day, oneOf, optional, text } from '../fields.js';

export const directoryUnit = defineContract({
  type: 'directory.unit',
  system: 'directory',
  label: '单位',
  description: '承办工单的部门、乡镇和企业。',
  shape: {
    unitId: code({ label: '单位编号', key: 'unit', privacy: 'public' }),
    name: text({ label: '单位名称', privacy: 'public' }),
    kind: oneOf({ label: '单位类型', privacy: 'public' }, { department: '部门', township: '乡镇', enterprise: '公用企业' }),
    townshipCode: optional(code({ label: '乡镇', key: 'township', privacy: 'public' })),
  },
  scopes: [['unitId']],
});

export const directoryDivision = defineContract({
  type: 'directory.division',
  system: 'directory',
  label: '行政区划',
  description: '县、乡镇、村的名称和代码。',
  shape: {
    divisionCode: code({ label: '区划代码', privacy: 'public' }),
    name: text({ label: '名称', privacy: 'public' }),
    level: oneOf({ label: '层级', privacy: 'public' }, { county: '县', township: '乡镇', village: '村' }),
    parentCode: optional(code({ label: '上级代码', privacy: 'public' })),
  },
  scopes: [['divisionCode']],
});

/** Lists that a commission keeps by itself, thousands of entries each; rules link them to their records by `entry`. */
export const directoryListEntry = defineContract({
  type: 'directory.list-entry',
  system: 'directory',
  label: '名单条目',
  description: '自己维护的名单里的一条：村干部及亲属、受处罚的企业、批准的例外、重点单位等。一份表格一份名单，以后整份替换。',
  shape: {
    list: code({ label: '名单', privacy: 'public' }),
    entry: text({ label: '名单上的人、单位或编号', key: 'org', privacy: 'personal' }),
    entryCreditCode: optional(creditCode({ label: '名单上的单位的统一社会信用代码' })),
    related: optional(text({ label: '相关的人或单位', key: 'org', privacy: 'personal' })),
    relatedCreditCode: optional(creditCode({ label: '相关单位的统一社会信用代码' })),
    relation: optional(text({ label: '关系或身份', privacy: 'personal' })),
    townshipCode: optional(code({ label: '乡镇', key: 'township', privacy: 'public' })),
    villageCode: optional(code({ label: '村（社区）', key: 'village', privacy: 'public' })),
    validFrom: optional(day({ label: '生效日期' })),
    validTo: optional(day({ label: '失效日期' })),
    document: optional(text({ label: '依据', privacy: 'public' })),
  },
  scopes: [['list'], ['entry']],
});
