export default async function stopSharedPostgres() {
  await globalThis.stopSharedPostgres?.();
}
