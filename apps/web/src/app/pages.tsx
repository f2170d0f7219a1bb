import type { Action } from '@tianyan/console-app/api';
import { lazy, Suspense, type ReactNode } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { PageSkeleton } from '../parts/page-skeleton.js';
import { NotFoundPage } from '../pages/not-found-page.js';
import { navigationOf } from './navigation.js';
import { useSession } from './session.js';

// One piece of the program per page: the first page must not wait for the others.
const OverviewPage = lazy(() => import('../pages/overview/overview-page.js'));
const FindingsPage = lazy(() => import('../pages/findings/findings-page.js'));
const FindingPage = lazy(() => import('../pages/finding/finding-page.js'));
const CluesPage = lazy(() => import('../pages/clues/clues-page.js'));
const CluePage = lazy(() => import('../pages/clue/clue-page.js'));
const CluePersonPage = lazy(() => import('../pages/clue-person/clue-person-page.js'));
const BenchPage = lazy(() => import('../pages/bench/bench-page.js'));
const TimelinePage = lazy(() => import('../pages/timeline/timeline-page.js'));
const PlacePage = lazy(() => import('../pages/place/place-page.js'));
const RelationsPage = lazy(() => import('../pages/relations/relations-page.js'));
const ScreenPage = lazy(() => import('../pages/screen/screen-page.js'));
const SearchPage = lazy(() => import('../pages/search/search-page.js'));
const LettersPage = lazy(() => import('../pages/supervision/letters-page.js'));
const LetterPage = lazy(() => import('../pages/supervision/letter-page.js'));
const RectificationsPage = lazy(() => import('../pages/supervision/rectifications-page.js'));
const RectificationPage = lazy(() => import('../pages/supervision/rectification-page.js'));
const AssignmentsPage = lazy(() => import('../pages/supervision/assignments-page.js'));
const AssignedLetterPage = lazy(() => import('../pages/supervision/assigned-letter-page.js'));
const HelpPage = lazy(() => import('../pages/help/help-page.js'));
const CampaignsPage = lazy(() => import('../pages/campaigns/campaigns-page.js'));
const OpenCampaignPage = lazy(() => import('../pages/campaigns/open-campaign-page.js'));
const CampaignPage = lazy(() => import('../pages/campaigns/campaign-page.js'));
const CampaignTaskPage = lazy(() => import('../pages/campaigns/campaign-task-page.js'));
const CircularsPage = lazy(() => import('../pages/supervision/circulars-page.js'));
const CircularPage = lazy(() => import('../pages/supervision/circular-page.js'));
const AssignedCircularPage = lazy(() => import('../pages/supervision/assigned-circular-page.js'));
const DelegationsPage = lazy(() => import('../pages/delegations/delegations-page.js'));
const HandOversPage = lazy(() => import('../pages/hand-over/hand-overs-page.js'));
const HandOverPage = lazy(() => import('../pages/hand-over/hand-over-page.js'));
const InboxPage = lazy(() => import('../pages/inbox/inbox-page.js'));
const StatisticsPage = lazy(() => import('../pages/statistics/statistics-page.js'));
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
const PeoplePage = lazy(() => import('../pages/people/people-page.js'));
const AuditPage = lazy(() => import('../pages/audit/audit-page.js'));
const TeamsPage = lazy(() => import('../pages/teams/teams-page.js'));
const DutyPage = lazy(() => import('../pages/teams/duty-page.js'));
const DeliveriesPage = lazy(() => import('../pages/deliveries/deliveries-page.js'));
const SignInBlocksPage = lazy(() => import('../pages/sign-in-blocks/sign-in-blocks-page.js'));

export function Pages() {
  const session = useSession();
  // What is somebody's own comes before what everybody has.
  const own = navigationOf(session)
    .flatMap(({ items }) => items)
    .find(({ action }) => action !== undefined);
  const firstPage = own?.path ?? '/inbox';
  const may = (action: Action, page: ReactNode) => (session.may.includes(action) ? page : <NotFoundPage />);
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Routes>
        <Route index element={session.may.includes('read-findings') ? <OverviewPage /> : <Navigate to={firstPage} replace />} />
        <Route path="findings" element={may('read-findings', <FindingsPage />)} />
        <Route path="findings/:id" element={may('read-findings', <FindingPage />)} />
        <Route path="clues" element={may('read-clues', <CluesPage />)} />
        <Route path="clues/:id" element={may('read-clues', <CluePage />)} />
        <Route path="clues/:id/people/:personId" element={may('read-clues', <CluePersonPage />)} />
        <Route path="bench" element={may('read-clues', <BenchPage />)} />
        <Route path="timelines/:kind/:code" element={may('read-findings', <TimelinePage />)} />
        <Route path="places/:kind/:code" element={may('read-findings', <PlacePage />)} />
        <Route path="relations/:kind/:code" element={may('read-findings', <RelationsPage />)} />
        <Route path="screen" element={may('read-clues', <ScreenPage />)} />
        <Route path="search" element={may('read-findings', <SearchPage />)} />
        <Route path="letters" element={may('read-supervision', <LettersPage />)} />
        <Route path="letters/:id" element={may('read-supervision', <LetterPage />)} />
        <Route path="circulars" element={may('read-supervision', <CircularsPage />)} />
        <Route path="circulars/:id" element={may('read-supervision', <CircularPage />)} />
        <Route path="assignments/circulars/:id" element={may('answer-for-unit', <AssignedCircularPage />)} />
        <Route path="rectifications" element={may('read-supervision', <RectificationsPage />)} />
        <Route path="rectifications/:id" element={may('read-supervision', <RectificationPage />)} />
        <Route path="campaigns" element={may('read-supervision', <CampaignsPage />)} />
        <Route path="campaigns/new" element={may('manage-supervision', <OpenCampaignPage />)} />
        <Route path="campaigns/:id" element={may('read-supervision', <CampaignPage />)} />
        <Route path="campaign-tasks/:id" element={may('read-supervision', <CampaignTaskPage />)} />
        <Route path="assignments" element={may('answer-for-unit', <AssignmentsPage />)} />
        <Route path="assignments/letters/:id" element={may('answer-for-unit', <AssignedLetterPage />)} />
        <Route path="assignments/rectifications/:id" element={may('answer-for-unit', <RectificationPage />)} />
        <Route path="help" element={<HelpPage />} />
        <Route path="delegations" element={may('read-delegations', <DelegationsPage />)} />
        <Route path="hand-overs" element={may('hand-over-work', <HandOversPage />)} />
        <Route path="hand-overs/:userId" element={may('hand-over-work', <HandOverPage />)} />
        <Route path="inbox" element={<InboxPage />} />
        <Route path="statistics" element={may('read-clues', <StatisticsPage />)} />
        <Route path="scorecards" element={may('read-findings', <ScorecardsPage />)} />
        <Route path="scorecards/:kind/:code" element={may('read-findings', <ScorecardPage />)} />
        <Route path="surges" element={may('read-findings', <SurgesPage />)} />
        <Route path="sources" element={may('read-sources', <SourcesPage />)} />
        <Route path="sources/:id" element={may('read-sources', <SourcePage />)} />
        <Route path="quarantine" element={may('read-sources', <QuarantinePage />)} />
        <Route path="quarantine/groups/:key" element={may('read-sources', <QuarantineGroupPage />)} />
        <Route path="sweeps" element={may('read-rules', <SweepsPage />)} />
        <Route path="rules" element={may('read-rules', <RulesPage />)} />
        <Route path="rules/:id" element={may('read-rules', <RulePage />)} />
        <Route path="rules/drafts/:id" element={may('draft-rules', <DraftPage />)} />
        <Route path="dictionary" element={<DictionaryPage />} />
        <Route path="people" element={may('read-people', <PeoplePage />)} />
        <Route path="teams" element={may('manage-teams', <TeamsPage />)} />
        <Route path="teams/:id/duty" element={may('manage-teams', <DutyPage />)} />
        <Route path="deliveries" element={may('manage-teams', <DeliveriesPage />)} />
        <Route path="sign-in-blocks" element={may('unlock-sign-in', <SignInBlocksPage />)} />
        <Route path="audit" element={may('read-audit', <AuditPage />)} />
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </Suspense>
  );
}
