import { defineContract } from '../contract.js';
import { area, code, creditCode, day, flag, integer, money, oneOf, optional, text } from '../fields.js';

const village = {
  townshipCode: code({ label: '乡镇', key: 'township', privacy: 'public' }),
  villageCode: code({ label: '村（社区）', key: 'village', privacy: 'public' }),
};

export const assetsContract = defineContract({
  type: 'assets.contract',
  system: 'assets',
  label: '三资合同',
  description: '村集体签订的租赁、发包等合同。',
  shape: {
    contractId: code({ label: '合同编号', key: 'contract', privacy: 'public' }),
    ...village,
    kind: oneOf(
      { label: '合同类型', privacy: 'public' },
      { lease: '租赁', contracting: '发包', investment: '投资', works: '工程', service: '劳务' },
    ),
    name: text({ label: '合同名称' }),
    assetId: optional(code({ label: '资产资源编号', key: 'asset', privacy: 'public' })),
    areaMu: optional(area({ label: '面积' })),
    lessee: text({ label: '承租（承包）方', key: 'org', privacy: 'personal' }),
    lesseeCreditCode: optional(creditCode({ label: '承租（承包）方统一社会信用代码' })),
    signedOn: day({ label: '签订日期' }),
    startsOn: day({ label: '起始日期' }),
    endsOn: day({ label: '终止日期' }),
    termMonths: integer({ label: '期限', unit: '月' }),
    totalFen: money({ label: '合同总价' }),
    annualFen: money({ label: '年租金' }),
    /** Number of the market listing, where the contract says it went through the market. */
    listingId: optional(code({ label: '进场交易项目编号', key: 'listing', privacy: 'public' })),
    resolution: optional(text({ label: '民主决策记录' })),
    /** What is let, in the words of the register of assets: prices are compared within one kind. */
    objectKind: optional(code({ label: '标的类别', privacy: 'public' })),
  },
  scopes: [['contractId'], ['assetId'], ['villageCode'], ['townshipCode', 'kind', 'objectKind']],
});

export const assetsReceivable = defineContract({
  type: 'assets.receivable',
  system: 'assets',
  label: '应收租金',
  description: '合同约定的一期应收款：应收日与金额。',
  shape: {
    receivableId: code({ label: '应收编号', key: 'receivable', privacy: 'public' }),
    ...village,
    contractId: code({ label: '合同编号', key: 'contract', privacy: 'public' }),
    assetId: optional(code({ label: '资产资源编号', key: 'asset', privacy: 'public' })),
    dueOn: day({ label: '应收日' }),
    amountFen: money({ label: '应收金额' }),
  },
  scopes: [['receivableId'], ['contractId'], ['assetId']],
});

export const assetsPayment = defineContract({
  type: 'assets.payment',
  system: 'assets',
  label: '收支流水',
  description: '村集体账上的一笔收入或支出。',
  shape: {
    voucherId: code({ label: '凭证号', key: 'payment', privacy: 'public' }),
    ...village,
    direction: oneOf({ label: '收支方向', privacy: 'public' }, { in: '收入', out: '支出' }),
    amountFen: money({ label: '金额' }),
    account: code({ label: '科目', privacy: 'public' }),
    summary: text({ label: '摘要' }),
    counterparty: optional(text({ label: '对方户名', key: 'org', privacy: 'personal' })),
    counterpartyCreditCode: optional(creditCode({ label: '对方统一社会信用代码' })),
    projectId: optional(code({ label: '项目编号', key: 'project', privacy: 'public' })),
    contractId: optional(code({ label: '合同编号', key: 'contract', privacy: 'public' })),
    receivableId: optional(code({ label: '应收编号', key: 'receivable', privacy: 'public' })),
    handler: optional(text({ label: '经手人', key: 'person', privacy: 'personal' })),
    approver: optional(text({ label: '审批人', key: 'person', privacy: 'personal' })),
    settlement: optional(oneOf({ label: '结算方式', privacy: 'public' }, { cash: '现金', transfer: '转账' })),
    invoiceNo: optional(code({ label: '票据号', privacy: 'public' })),
  },
  scopes: [['villageCode'], ['projectId'], ['receivableId'], ['contractId'], ['invoiceNo']],
});

export const assetsProject = defineContract({
  type: 'assets.project',
  system: 'assets',
  label: '村级工程项目',
  description: '村集体出资的小型工程。',
  shape: {
    projectId: code({ label: '项目编号', key: 'project', privacy: 'public' }),
    ...village,
    name: text({ label: '项目名称', privacy: 'public' }),
    /** The same codes as an order's matter: what the project mends. */
    matter: code({ label: '事项类别', privacy: 'public' }),
    budgetFen: money({ label: '预算' }),
    contractFen: money({ label: '合同价' }),
    contractor: text({ label: '施工方', key: 'org', privacy: 'personal' }),
    contractorCreditCode: optional(creditCode({ label: '施工方统一社会信用代码' })),
    status: code({ label: '状态', privacy: 'public' }),
    startsOn: optional(day({ label: '开工日期' })),
    finishedOn: optional(day({ label: '竣工日期' })),
    /** What the work that is done was measured to be worth. */
    doneFen: optional(money({ label: '完成工程量' })),
    settlementFen: optional(money({ label: '结算价' })),
  },
  scopes: [['projectId'], ['villageCode', 'matter'], ['townshipCode']],
});

export const assetsAsset = defineContract({
  type: 'assets.asset',
  system: 'assets',
  label: '资产资源台账',
  description: '村集体的一项资产或资源（耕地、鱼塘、厂房等）。',
  shape: {
    assetId: code({ label: '资产资源编号', key: 'asset', privacy: 'public' }),
    ...village,
    name: text({ label: '名称', privacy: 'public' }),
    kind: code({ label: '类别', privacy: 'public' }),
    areaMu: optional(area({ label: '面积' })),
    status: oneOf({ label: '状态', privacy: 'public' }, { idle: '空闲', leased: '在租', 'self-used': '自用' }),
    /** Somebody uses it, whatever the ledger says of leases. */
    inUse: flag({ label: '实际在用' }),
    /** A ledger holds what is, not what became of it: since when it has been so. */
    statusSince: optional(day({ label: '状态起始日期' })),
  },
  scopes: [['assetId'], ['villageCode']],
});

export const assetsVote = defineContract({
  type: 'assets.vote',
  system: 'assets',
  label: '民主决策',
  description: '村民（代表）会议等对一件事的一次表决。',
  shape: {
    voteId: code({ label: '决策编号', privacy: 'public' }),
    ...village,
    matter: text({ label: '议题', privacy: 'public' }),
    heldOn: day({ label: '会议日期' }),
    expected: integer({ label: '应到人数', unit: '人' }),
    attended: integer({ label: '实到人数', unit: '人' }),
    agreed: integer({ label: '同意人数', unit: '人' }),
    contractId: optional(code({ label: '合同编号', key: 'contract', privacy: 'public' })),
    projectId: optional(code({ label: '项目编号', key: 'project', privacy: 'public' })),
  },
  scopes: [['voteId'], ['contractId'], ['projectId']],
});

export const assetsNotice = defineContract({
  type: 'assets.notice',
  system: 'assets',
  label: '村务公示',
  description: '村（社区）对一份合同、一个工程或一期财务的一次公示。',
  shape: {
    noticeId: code({ label: '公示编号', privacy: 'public' }),
    ...village,
    subject: oneOf(
      { label: '公示内容', privacy: 'public' },
      { contract: '合同', project: '工程', finance: '财务', other: '其他' },
    ),
    title: text({ label: '标题', privacy: 'public' }),
    postedOn: day({ label: '公示开始' }),
    endsOn: optional(day({ label: '公示截止' })),
    contractId: optional(code({ label: '合同编号', key: 'contract', privacy: 'public' })),
    projectId: optional(code({ label: '项目编号', key: 'project', privacy: 'public' })),
  },
  scopes: [['noticeId'], ['contractId'], ['projectId'], ['villageCode']],
});

export const assetsInvoice = defineContract({
  type: 'assets.invoice',
  system: 'assets',
  label: '票据登记',
  description: '村集体收到的一张发票或收据：号码、开票方、票面金额。',
  shape: {
    invoiceNo: code({ label: '票据号', privacy: 'public' }),
    ...village,
    seller: optional(text({ label: '开票方', key: 'org', privacy: 'personal' })),
    sellerCreditCode: optional(creditCode({ label: '开票方统一社会信用代码' })),
    amountFen: money({ label: '票面金额' }),
    issuedOn: day({ label: '开票日期' }),
  },
  scopes: [['invoiceNo'], ['villageCode']],
});
