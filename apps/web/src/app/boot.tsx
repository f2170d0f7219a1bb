import { lazy, Suspense } from 'react';
import { ErrorPanel } from '../parts/error-panel.js';
import { ChangePasswordPage } from '../pages/sign-in/change-password-page.js';
import { SignInPage } from '../pages/sign-in/sign-in-page.js';
import { SessionContext, useSessionQuery } from './session.js';

/** Everything behind the sign-in; loaded while the sign-in form is already there. */
const Console = lazy(() => import('./console.js'));

/** Decides by the session what is shown: sign-in, the forced change of the first password, or the console. */
export function Boot() {
  const session = useSessionQuery();
  if (session.isPending) return <Opening />;
  if (session.isError) return <ErrorPanel error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === null) return <SignInPage />;
  if (session.data.mustChangePassword) return <ChangePasswordPage session={session.data} />;
  return (
    <SessionContext value={session.data}>
      <Suspense fallback={<Opening />}>
        <Console />
      </Suspense>
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
