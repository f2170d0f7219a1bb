/**
 * Chinese names of the matters that citizens complain of and villages pay for. The codes stay open: a county may map its
 * own ones, which are then shown as they are.
 */
export const MATTER_NAMES: Readonly<Record<string, string>> = {
  road: '道路',
  lighting: '路灯照明',
  water: '供水',
  drainage: '排水',
  garbage: '垃圾与环境',
  noise: '噪声',
  pollution: '污染',
  land: '土地',
  irrigation: '农田水利',
  subsidy: '补贴',
  pension: '养老',
  welfare: '救助',
  housing: '住房',
  traffic: '交通',
  electricity: '供电',
  market: '市场监管',
};
