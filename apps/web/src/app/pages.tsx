import { lazy, Suspense } from 'react';
import { Route, Routes } from 'react-router';
import { PageSkeleton } from '../parts/page-skeleton.js';
import { NotFoundPage } from '../pages/not-found-page.js';
import { useIsAdministrator, useMayDraftRules, useMayReadClues } from './session.js';

// One piece of the program per page: the first page must not wait for the others.
const OverviewPage = lazy(() => import('../pages/overview/overview-page.js'));
const FindingsPage = lazy(() => import('../pages/findings/findings-page.js'));
const FindingPage = lazy(() => import('../pages/finding/finding-page.js'));
const CluesPage = lazy(() => import('../pages/clues/clues-page.js'));
const CluePage = lazy(() => import('../pages/clue/clue-page.js'));
const InboxPage = lazy(() => import('../pages/inbox/inbox-page.js'));
const ScorecardsPage = lazy(() => import('../pages/scorecards/scorecards-page.js'));
const ScorecardPage = lazy(() => import('../pages/scorecards/scorecard-page.js'));
const SurgesPage = lazy(() => import('../pages/surges/surges-page.js'));
const SourcesPage = lazy(() => import('../pages/sources/sources-page.js'));
const SourcePage = lazy(() => import('../pages/sources/source-page.js'));
const QuarantinePage = lazy(() => import('../pages/quarantine/quarantine-page.js'));
const QuarantineGroupPage = lazy(() => import('../pages/quarantine/group-page.js'));
const SweepsPage = lazy(() => import('../pages/sweeps/sweeps-page.js'));
const RulesPage = lazy(() => import('../pages/rules/rules-page.js'));
const RulePage = lazy(() => import('../pages/rules/rule-page.js'));
const DraftPage = lazy(() => import('../pages/rules/drafts/draft-page.js'));
const DictionaryPage = lazy(() => import('../pages/dictionary/dictionary-page.js'));
const TeamsPage = lazy(() => import('../pages/teams/teams-page.js'));
const DeliveriesPage = lazy(() => import('../pages/deliveries/deliveries-page.js'));
const SignInBlocksPage = lazy(() => import('../pages/sign-in-blocks/sign-in-blocks-page.js'));

export function Pages() {
  const isAdministrator = useIsAdministrator();
  const maySeeDrafts = useMayDraftRules();
  const mayReadClues = useMayReadClues();
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Routes>
        <Route index element={<OverviewPage />} />
        <Route path="findings" element={<FindingsPage />} />
        <Route path="findings/:id" element={<FindingPage />} />
        {mayReadClues ? <Route path="clues" element={<CluesPage />} /> : null}
        {mayReadClues ? <Route path="clues/:id" element={<CluePage />} /> : null}
        <Route path="inbox" element={<InboxPage />} />
        <Route path="scorecards" element={<ScorecardsPage />} />
        <Route path="scorecards/:kind/:code" element={<ScorecardPage />} />
        <Route path="surges" element={<SurgesPage />} />
        <Route path="sources" element={<SourcesPage />} />
        <Route path="sources/:id" element={<SourcePage />} />
        <Route path="quarantine" element={<QuarantinePage />} />
        <Route path="quarantine/groups/:key" element={<QuarantineGroupPage />} />
        <Route path="sweeps" element={<SweepsPage />} />
        <Route path="rules" element={<RulesPage />} />
        <Route path="rules/:id" element={<RulePage />} />
        {maySeeDrafts ? <Route path="rules/drafts/:id" element={<DraftPage />} /> : null}
        <Route path="dictionary" element={<DictionaryPage />} />
        {isAdministrator ? <Route path="teams" element={<TeamsPage />} /> : null}
        {isAdministrator ? <Route path="deliveries" element={<DeliveriesPage />} /> : null}
        {isAdministrator ? <Route path="sign-in-blocks" element={<SignInBlocksPage />} /> : null}
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </Suspense>
  );
}
