// What a server counts, for Prometheus.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Runtime } from "../../runtime/index.ts";

export interface Metrics {
  /** A request for inference arrives; call the result with its status when it is answered. */
  start(): (status: number) => void;
  /** Items of a request that was answered. */
  countItems(items: number): void;
  readonly contentType: string;
  /** All of it, in Prometheus's text form. */
  text(): Promise<string>;
  /** Lets go of what measures in the background. */
  stop(): void;
}

/** Seconds: from a tenth of a millisecond to ten seconds. */
const buckets = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export function createMetrics({ info, stats }: Pick<Runtime, "info" | "stats">): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ model: info.name });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({
    name: "latentkit_requests_total",
    help: "Requests for inference that were answered, by HTTP status",
    labelNames: ["status"],
    registers,
  });
  const seconds = new Histogram({
    name: "latentkit_request_seconds",
    help: "From the head of a request for inference to its answer",
    buckets,
    registers,
  });
  const inFlight = new Gauge({
    name: "latentkit_requests_in_flight",
    help: "Requests for inference that are not answered yet",
    registers,
  });
  const items = new Counter({
    name: "latentkit_items_total",
    help: "Items of requests that were answered with 200",
    registers,
  });
  countedElsewhere("latentkit_batches_total", "Runs of the graphs", () => stats().batches);
  countedElsewhere(
    "latentkit_batched_items_total",
    "Items that went through the graphs",
    () => stats().items,
  );

  /** A counter whose number the runtime keeps. */
  function countedElsewhere(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  return {
    start() {
      inFlight.inc();
      const stopTimer = seconds.startTimer();
      return (status) => {
        inFlight.dec();
        stopTimer();
        requests.inc({ status: String(status) });
      };
    },
    countItems: (count) => items.inc(count),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    stop: () => registry.clear(),
  };
}
