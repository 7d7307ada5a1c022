// Servers that are no Redis, or none that answers, and what is told of their addresses.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { reachRedis } from "../../../../export/features/queue/redis.ts";

/** A server that does so with whoever connects; returns its host and port. */
async function serverThat(t: TestContext, takes: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    takes(socket);
  }).listen(0, "127.0.0.1");
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return `127.0.0.1:${address.port}`;
}

const wanted = "expected a Redis server there: start one, or name another, such as redis://localhost:6379";

test("a server that takes the connection and says nothing is given up", async (t) => {
  const host = await serverThat(t, (socket) => socket.resume());
  await assert.rejects(reachRedis(`redis://${host}`, 50), {
    name: "FeatureQueueError",
    message: `redis://${host}: Redis can't be used (no answer in 0.05 s); ${wanted}`,
  });
});

test("a server that speaks of something else is no Redis", async (t) => {
  const host = await serverThat(t, (socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  });
  await assert.rejects(reachRedis(`redis://${host}`), {
    name: "FeatureQueueError",
    message: new RegExp(`^redis://${host}: Redis can't be used \\(Protocol error.*\\); ${wanted}$`),
  });
});

test("credentials are told wherever they stand in the address to none", async () => {
  const addresses = {
    "redis://me:hidden@127.0.0.1:1/2": "redis://127.0.0.1:1/2",
    "redis://:hid@den@127.0.0.1:1": "redis://127.0.0.1:1",
    "redis://127.0.0.1:1/2?password=hidden&username=me": "redis://127.0.0.1:1/2",
  };
  for (const [address, shown] of Object.entries(addresses)) {
    await assert.rejects(reachRedis(address), ({ message }: Error) => {
      assert.ok(message.startsWith(`${shown}: Redis can't be used (connect ECONNREFUSED`), message);
      assert.doesNotMatch(message, /hid|den/);
      return true;
    });
  }
});
