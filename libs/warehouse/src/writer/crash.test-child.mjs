// Writes order events until it is killed, and says after each batch that it stands. Arguments: entry of the library, data folder.
const [, , library, contracts, directory] = process.argv;
const { openEmbeddedWarehouse, ensureTables, TombstoneWriter } = await import(library);
const { builtInCatalogue, toWire, wireHeaders, hashOf } = await import(contracts);
const warehouse = await openEmbeddedWarehouse({ directory, readers: 1 });
await ensureTables(warehouse, builtInCatalogue);
const contract = builtInCatalogue.get('hotline.order-event');
const writer = new TombstoneWriter(warehouse, async () => {});
for (let offset = 0; ; offset += 200) {
  const messages = Array.from({ length: 200 }, (_, index) => {
    const version = offset + index;
    const raw = String(version);
    const id = `e${version % 50}`;
    const fields = { orderId: `o${version % 7}`, action: 'signed' };
    const record = {
      id,
      source: 's',
      version,
      op: 'upsert',
      atMs: 1_750_000_000_000,
      receivedAtMs: 1_750_000_000_000,
      hash: hashOf(raw),
      raw,
      fields,
    };
    return { key: id, value: toWire(record), headers: wireHeaders(record), offset: version };
  });
  await writer.write({ topic: 'crash', partition: 0, messages, assertOwned: async () => {} }, contract);
  process.stdout.write(`${offset + 200}\n`);
}
