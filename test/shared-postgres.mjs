import { startTestServer } from '@tianyan/postgres/testing';

/**
 * One PostgreSQL for all suites of a run, each with databases of its own: a server for each took longer to make than most suites take. The server of
 * `TEST_POSTGRES_URL` is used where it is given.
 */
export default async function startSharedPostgres() {
  if (process.env['TEST_POSTGRES_URL'] !== undefined) return;
  const server = await startTestServer();
  process.env['TEST_POSTGRES_URL'] = server.adminUrl;
  globalThis.stopSharedPostgres = () => server.stop();
}
