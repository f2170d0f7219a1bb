import type { Session } from '@tianyan/console-app/api';
import { lazy, Suspense } from 'react';
import { ErrorPanel } from '../parts/error-panel.js';
import { SessionContext, useSessionQuery } from './session.js';

// Each person sees one of the three: the program that everybody waits for holds none of them.
const SignInPage = lazy(() => import('../pages/sign-in/sign-in-page.js'));
const ChangePasswordPage = lazy(() => import('../pages/sign-in/change-password-page.js'));
const Console = lazy(() => import('./console.js'));

/** Decides by the session what is shown: sign-in, the forced change of the first password, or the console. */
export function Boot() {
  const session = useSessionQuery();
  if (session.isPending) return <Opening />;
  if (session.isError) return <ErrorPanel error={session.error} onRetry={() => void session.refetch()} />;
  return <Suspense fallback={<Opening />}>{firstPage(session.data)}</Suspense>;
}

function firstPage(session: Session | null) {
  if (session === null) return <SignInPage />;
  if (session.mustChangePassword) return <ChangePasswordPage session={session} />;
  return (
    <SessionContext value={session}>
      <Console />
    </SessionContext>
  );
}

function Opening() {
  return (
    <p className="boot" role="status">
      正在打开天眼监督……
    </p>
  );
}
