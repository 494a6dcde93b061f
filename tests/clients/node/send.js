// Send events with the unchanged npm client: node send.js URL KEY MARK BATCHED SINGLE
// First BATCHED events in batches, then SINGLE ones in requests of their own; each carries its number.
import { Analytics } from "@segment/analytics-node";

const [host, writeKey, mark, batched, single] = process.argv.slice(2);
let given = 0;

async function send(first, count, maxEventsInBatch) {
  const client = new Analytics({ writeKey, host, maxEventsInBatch, maxRetries: 20, flushInterval: 200 });
  client.on("error", (error) => {
    console.error(error);
    given += 1;
  });
  for (let n = first; n < first + count; n += 1) {
    const who = `${mark}-${n % 500}`;
    client.track({ userId: who, event: "Product Viewed", properties: { n, product_id: "p-1", name: "코트" } });
    // One request at a time, as a busy server would: ten thousand at once would wait for each other's sockets.
    if (maxEventsInBatch === 1 && n % 50 === 49) await new Promise((done) => setTimeout(done, 1));
  }
  await client.closeAndFlush({ timeout: 300000 });
}

await send(0, Number(batched), 100);
await send(Number(batched), Number(single), 1);
process.exit(given ? 1 : 0);
