// Who waits or works at a queue: the names that workers give their connections to Redis.
import type { Queue } from "bullmq";

/** Undefined where the server does not tell who is connected: some hosts' do not, some users may not ask. */
export async function connectedWorkers(queue: Queue): Promise<readonly string[] | undefined> {
  const clients = await queue.getWorkers().catch((error: Error) => {
    if (error.message.startsWith("NOPERM")) return undefined;
    throw error;
  });
  // Where the server has no such command, BullMQ makes up a client without a name.
  if (clients?.some(({ rawname }) => rawname === undefined)) return undefined;
  return clients && [...new Set(clients.flatMap(({ rawname = "" }) => rawname.split(":w:")[1] ?? []))];
}
