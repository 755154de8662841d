/** What the official plugin was asked, put to one of ours. */
import { expect } from "chai";
import { refused } from "../stack/refused";
import { type RecordedCall, recordedCalls, type ServedProvider } from "./traces";

type Json = Record<string, unknown>;

/** One call to try. */
export interface Trial {
  /** Which it is, for the test's name. */
  readonly title: string;
  readonly call: RecordedCall;
}

/** The calls of a recording. */
export const trialsOf = (recording: string): Trial[] =>
  recordedCalls(recording).map((call, index) => {
    const words = [call.method, textOf(call, "type").split(":").at(-1), textOf(call, "name")];
    return { call, title: `${index + 1}: ${words.filter((word) => word !== "").join(" ")}` };
  });

/**
 * Puts a call to a provider.
 * @param compare fails when our answer and the recorded one differ in what they may not
 */
export async function put(
  provider: ServedProvider,
  call: RecordedCall,
  compare: (ours: Json, theirs: Json) => void,
): Promise<void> {
  if (call.errors === undefined) {
    compare(await provider.call(call.method, call.request), call.response ?? {});
    return;
  }
  // The official plugins answer some calls with "unimplemented", and only that may be an error here, too.
  expect(await refused(() => provider.call(call.method, call.request))).to.match(/^12 UNIMPLEMENTED/);
}

/** A text of a call's request; "" where there is none. */
export function textOf(call: RecordedCall, key: string): string {
  const value = call.request[key];
  return typeof value === "string" ? value : "";
}
