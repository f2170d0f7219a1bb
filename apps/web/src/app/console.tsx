import { LiveProvider } from '../live/live-provider.js';
import { Layout } from './layout.js';
import { Pages } from './pages.js';
import { useMay } from './session.js';

/** The console of a signed-in person. */
export default function Console() {
  return (
    <LiveProvider enabled={useMay('read-findings')}>
      <Layout>
        <Pages />
      </Layout>
    </LiveProvider>
  );
}
