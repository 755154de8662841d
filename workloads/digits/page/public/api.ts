/** What the server knows of the model. `message` is for people. */
export interface Status {
  state: "ready" | "loading" | "unreachable" | "starting";
  message: string;
  model: { name: string; version?: string };
}

/** The model's answer: how probable each digit is, 0 to 9. */
export interface Reading {
  probabilities: number[];
}

/** The server answered, but not with a reading; `message` is for people. */
export class NoReading extends Error {}

/** Asks the server how the model is. */
export async function fetchStatus(): Promise<Status> {
  const response = await fetch("api/status", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`GET api/status answered ${String(response.status)}`);
  return (await response.json()) as Status;
}

/** Asks the model to read an image of 784 intensities. */
export async function fetchReading(image: number[], signal: AbortSignal): Promise<Reading> {
  const response = await fetch("api/predict", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ image: image.map((value) => Math.round(value * 1000) / 1000) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
  });
  if (response.ok) return (await response.json()) as Reading;
  const { error } = (await response.json().catch(() => ({}))) as { error?: string };
  throw new NoReading(error ?? `The page's server answered ${String(response.status)}.`);
}
