import { Alert } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { overviewQuery } from '../pages/overview/overview-query.js';

/** Over every page, because none of them is to be trusted blindly meanwhile. */
export function PlatformWarnings() {
  const { data: warnings = [] } = useQuery({ ...overviewQuery, select: (overview) => overview.warnings });
  return warnings.map(({ kind, text }) => <Alert key={kind} role="alert" banner type="warning" title={text} />);
}
