import { defineContract } from '../contract.js';
import { code, oneOf, optional } from '../fields.js';
import { FINDING_SEVERITIES } from '../severities.js';

/**
 * What rules have found, as records that other rules read. The platform publishes them itself: whoever could bring one would say that
 * somebody is suspected. Only who, where and how severe: the words of a finding may quote records that not everybody may read.
 */
export const platformFinding = defineContract({
  type: 'platform.finding',
  system: 'platform',
  label: '疑点',
  description:
    '别的规则发现的一条疑点，由平台自己产生，不从数据源来。只有现在站得住的才有：数据仍支持，没有被人排除，没有豁免。发生时间是问题发生的时刻。',
  shape: {
    ruleId: code({ label: '规则编号', privacy: 'public' }),
    severity: oneOf({ label: '严重程度', privacy: 'public' }, FINDING_SEVERITIES),
    problemClass: code({ label: '问题类别', privacy: 'public' }),
    unitId: optional(code({ label: '单位', key: 'unit', privacy: 'public' })),
    villageCode: optional(code({ label: '村（社区）', key: 'village', privacy: 'public' })),
    townshipCode: optional(code({ label: '乡镇', key: 'township', privacy: 'public' })),
    agentId: optional(code({ label: '坐席工号' })),
    orderId: optional(code({ label: '工单编号', key: 'order', privacy: 'public' })),
    contractId: optional(code({ label: '合同编号', key: 'contract', privacy: 'public' })),
    projectId: optional(code({ label: '项目编号', key: 'project', privacy: 'public' })),
  },
  scopes: [['unitId'], ['villageCode'], ['townshipCode'], ['agentId']],
});
