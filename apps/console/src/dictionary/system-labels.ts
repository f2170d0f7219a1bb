import type { SourceSystem } from '@tianyan/contracts';

export const SYSTEM_LABELS: Readonly<Record<SourceSystem, string>> = {
  hotline: '12345 热线',
  assets: '农村三资',
  trading: '产权交易',
  directory: '基础名录',
  platform: '天眼',
};
