import type { Settings } from "../infra/settings";
export const hostFaults = (_: Settings | string): Promise<string[]> => Promise.resolve([]);
