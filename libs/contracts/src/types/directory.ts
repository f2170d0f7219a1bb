import { defineContract } from '../contract.js';
import { code, oneOf, optional, text } from '../fields.js';

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
