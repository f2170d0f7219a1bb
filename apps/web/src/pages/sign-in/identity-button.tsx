import { identityProblemSchema, type IdentityProblem } from '@tianyan/console-app/api';
import { Alert, Button, Divider } from 'antd';
import { useEffect, useState } from 'react';

/** In the address, by whoever was sent back without being signed in. */
const PROBLEM = 'sign-in';

const WORDS: Readonly<Record<IdentityProblem, string>> = {
  away: '统一身份服务暂时连不上，请稍后再试，或用账号和密码登录',
  expired: '登录等待的时间过长，或换了浏览器，请重新登录',
  refused: '统一身份登录没有成功，请重新登录；一直不行，请联系系统管理员',
  'unknown-account': '天眼里没有您的账号，请联系安全管理员开通',
  locked: '您在天眼的账号已停用；要恢复，请联系安全管理员',
};

/** Leaves for the county's identity service, and comes back to the page that was asked for. */
export function IdentityButton() {
  const here = window.location.pathname + window.location.search;
  return (
    <>
      <Divider plain>或</Divider>
      <Button block size="large" href={`/api/session/identity-service?${new URLSearchParams({ return: here }).toString()}`}>
        用单位统一身份登录
      </Button>
    </>
  );
}

/** Why the way through the identity service did not lead in; the address forgets it, so that it is told once. */
export function IdentityNotice() {
  const [problem] = useState(() => {
    const read = identityProblemSchema.safeParse(new URLSearchParams(window.location.search).get(PROBLEM));
    return read.success ? read.data : null;
  });
  useEffect(() => {
    const url = new URL(window.location.href);
    if (!url.searchParams.has(PROBLEM)) return;
    url.searchParams.delete(PROBLEM);
    window.history.replaceState(window.history.state, '', url);
  }, []);
  return problem === null ? null : (
    <Alert role="alert" showIcon type="warning" title={WORDS[problem]} style={{ marginBottom: 18 }} />
  );
}
