import type { Session } from '@tianyan/console-app/api';
import { lazy, Suspense, useCallback, useState } from 'react';
import { ApiError } from '../api/client.js';
import { ErrorPanel } from '../parts/error-panel.js';
import { SessionContext, useSessionQuery } from './session.js';

// Each person sees one of the four: the program that everybody waits for holds none of them.
const SignInPage = lazy(() => import('../pages/sign-in/sign-in-page.js'));
const ChangePasswordPage = lazy(() => import('../pages/sign-in/change-password-page.js'));
const EnrolPage = lazy(() => import('../pages/second-factor/enrol-page.js'));
const Console = lazy(() => import('./console.js'));
const Away = lazy(() => import('./away.js').catch(() => ({ default: AwayInWords })));

/** Decides by the session what is shown: sign-in, the forced change of the first password, a second factor to set up, or the console. */
export function Boot() {
  const session = useSessionQuery();
  const { refetch } = session;
  const again = useCallback(() => void refetch(), [refetch]);
  // Whoever is at work is not thrown out of it by one question that was not answered.
  if (session.data === undefined) {
    if (session.isPending) return <Opening />;
    if (!isAway(session.error)) return <ErrorPanel error={session.error} onRetry={again} />;
    return (
      <Suspense fallback={<Opening />}>
        <Away onBack={again} />
      </Suspense>
    );
  }
  return (
    <Suspense fallback={<Opening />}>
      <FirstPage session={session.data} />
    </Suspense>
  );
}

function FirstPage({ session }: { session: Session | null }) {
  // Whose recovery codes are on the screen.
  const [heldFor, setHeldFor] = useState<string | null>(null);
  if (session === null) return <SignInPage />;
  if (session.mustChangePassword) return <ChangePasswordPage session={session} />;
  if (session.mustEnrolSecondFactor || heldFor === session.userId)
    return <EnrolPage session={session} onHold={(holds) => setHeldFor(holds ? session.userId : null)} />;
  return (
    <SessionContext value={session}>
      {/* Nothing that a page holds of one person goes over to the next, nor does the stream of events that was opened as them. */}
      <Console key={session.userId} />
    </SessionContext>
  );
}

const isAway = (error: Error) => error instanceof ApiError && error.problem.code === 'unavailable';

/** Where not even what says so can be loaded. */
function AwayInWords() {
  return (
    <p className="boot" role="status">
      连不上服务器。请检查网络，然后刷新页面。
    </p>
  );
}

function Opening() {
  return (
    <p className="boot" role="status">
      正在打开天眼监督……
    </p>
  );
}
