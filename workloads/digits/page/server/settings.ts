/** What the server is told by its environment. */
export interface Settings {
  /** PORT, 8080 by default; 0 lets the system choose. */
  port: number;
  /** HOST: the address to listen on, all of them by default. */
  host: string;
  /** PREDICTOR_URL: the root under which the predictor answers /v1/models/…, without a slash at its end. */
  predictorUrl: string;
  /** MODEL_NAME, `digits` by default. */
  modelName: string;
  /** PREDICT_TIMEOUT_MS, 8000 by default: the longest that a drawing waits for its answer, retries included. */
  predictTimeout: number;
  /** DRAIN_TIMEOUT_MS, 15000 by default: the longest that requests under way are waited for after SIGTERM. */
  drainTimeout: number;
  /** PUBLIC_DIR: the page's files; `public` beside the server by default. */
  publicDir: string;
}

/**
 * Reads the settings.
 *
 * @throws Error that names every fault at once, each with its variable, value and remedy.
 */
export function readSettings(env: Record<string, string | undefined>, defaultPublicDir: string): Settings {
  const faults: string[] = [];
  const wholeNumber = (name: string, otherwise: number, least: number, most: number): number => {
    const text = env[name] ?? String(otherwise);
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    faults.push(`${name} is "${text}"; give a whole number from ${String(least)} to ${String(most)}.`);
    return otherwise;
  };
  const rootUrl = (name: string): string => {
    const text = env[name] ?? "";
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash) return url.href.replace(/\/+$/, "");
    faults.push(`${name} is "${text}"; give the predictor's root, such as http://digits.digits.svc.`);
    return "";
  };

  const settings: Settings = {
    port: wholeNumber("PORT", 8080, 0, 65535),
    host: env["HOST"] ?? "0.0.0.0",
    predictorUrl: rootUrl("PREDICTOR_URL"),
    modelName: env["MODEL_NAME"] ?? "digits",
    predictTimeout: wholeNumber("PREDICT_TIMEOUT_MS", 8_000, 100, 600_000),
    drainTimeout: wholeNumber("DRAIN_TIMEOUT_MS", 15_000, 0, 600_000),
    publicDir: env["PUBLIC_DIR"] ?? defaultPublicDir,
  };
  if (!/^[\w.-]+$/.test(settings.modelName))
    faults.push(`MODEL_NAME is "${settings.modelName}"; give letters, digits, dots, dashes and underscores.`);
  if (faults.length > 0) throw new Error(`The page's server cannot start. ${faults.join(" ")}`);
  return settings;
}
