import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

/**
 * What an address answers to a request that names another host, as a gateway's does that tells services apart by it.
 * @param host - `fetch` would name the address's own
 * @param body - posted as JSON. Default: it is a GET
 */
export async function askHost(url: string, host: string, body?: unknown): Promise<{ status?: number; text: string }> {
  const headers = { host, ...(body !== undefined && { "content-type": "application/json" }) };
  // A connection of its own: one that was kept may end at a gateway that has gone.
  const asked = request(url, { method: body === undefined ? "GET" : "POST", headers, agent: false });
  asked.end(body === undefined ? "" : JSON.stringify(body));
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { ...(response.statusCode && { status: response.statusCode }), text: await text(response) };
}
