import { Link } from 'react-router';
import { EmptyPanel } from '../parts/empty-panel.js';

export function NotFoundPage() {
  return (
    <EmptyPanel title="没有这个页面" hint="网址可能抄错了，或者您没有查看它的权限。">
      <Link to="/">回到总览</Link>
    </EmptyPanel>
  );
}
