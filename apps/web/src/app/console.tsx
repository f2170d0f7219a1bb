import { LiveProvider } from '../live/live-provider.js';
import { Layout } from './layout.js';
import { Pages } from './pages.js';

/** The console of a signed-in person. */
export default function Console() {
  return (
    <LiveProvider>
      <Layout>
        <Pages />
      </Layout>
    </LiveProvider>
  );
}
