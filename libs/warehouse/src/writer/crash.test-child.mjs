// Writes order events from an offset to another, or until it is killed, and says after each batch that it stands.
// Arguments: entries of the two libraries, data folder, first offset, offset behind the last, messages per batch.
const [, , library, contracts, directory, ...numbers] = process.argv;
const [from, end, size] = numbers.map(Number);
const { openEmbeddedWarehouse, ensureTables, TombstoneWriter } = await import(library);
const { builtInCatalogue, toWire, wireHeaders, hashOf } = await import(contracts);
const warehouse = await openEmbeddedWarehouse({ directory, readers: 1 });
await ensureTables(warehouse, builtInCatalogue);
const contract = builtInCatalogue.get('hotline.order-event');
const writer = new TombstoneWriter(warehouse, async () => {});
for (let offset = from; offset < end; offset += size) {
  const messages = Array.from({ length: Math.min(size, end - offset) }, (_, index) => {
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
  process.stdout.write(`${offset + messages.length}\n`);
}
await warehouse.close();
