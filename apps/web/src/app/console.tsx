import { useEffect } from 'react';
import { forgetOthers } from '../device/kept.js';
import { LiveProvider } from '../live/live-provider.js';
import { Layout } from './layout.js';
import { FootBar } from './foot-bar.js';
import { UnsentFilesProvider } from './unsent-files.js';
import { UnsentStepsProvider } from './unsent-steps.js';
import { PageBoundary } from './page-boundary.js';
import { Pages } from './pages.js';
import { useMay, useSession } from './session.js';
import { VisitedLists } from './visited-lists.js';

/** The console of a signed-in person. */
export default function Console() {
  const { userId } = useSession();
  // The session of whoever was here before may have ended by itself.
  useEffect(() => void forgetOthers(userId), [userId]);
  return (
    <LiveProvider enabled={useMay('read-findings')}>
      <UnsentFilesProvider>
        <UnsentStepsProvider>
          <VisitedLists>
            <Layout>
              <PageBoundary>
                <Pages />
              </PageBoundary>
            </Layout>
          </VisitedLists>
          <FootBar />
        </UnsentStepsProvider>
      </UnsentFilesProvider>
    </LiveProvider>
  );
}
