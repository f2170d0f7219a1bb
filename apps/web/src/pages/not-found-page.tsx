import { Link } from 'react-router';
import { EmptyPanel } from '../parts/empty-panel.js';
import { PageHeading } from '../parts/page-heading.js';

export function NotFoundPage() {
  return (
    <>
      <PageHeading title="没有这个页面" />
      <EmptyPanel title="这个网址下没有内容" hint="网址可能抄错了，或者您没有查看它的权限。">
        <Link to="/">回到首页</Link>
      </EmptyPanel>
    </>
  );
}
