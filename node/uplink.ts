/** The machine's uplink: its resolver and its default route, which pods follow. */
import { readFileSync } from "node:fs";
import { readIfThere } from "./files";

/** How the machine reaches other networks. */
export interface Uplink {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  /** The interface of the first default route; absent when there is none. */
  readonly interface?: string;
}

/** Reads resolv.conf's and /proc/net/route's texts. */
export function parseUplink(resolvConf: string, routes: string): Uplink {
  const lines = resolvConf.split("\n").map((line) => line.trim().split(/\s+/));
  const values = (key: string) => lines.filter(([first]) => first === key).map((words) => words.slice(1));
  const defaultRoute = routes
    .split("\n")
    .slice(1)
    .map((line) => line.split(/\s+/))
    .find(([, destination, , , , , , mask]) => destination === "00000000" && mask === "00000000");
  return {
    nameservers: values("nameserver").flatMap(([server]) => (server === undefined ? [] : [server])),
    search: values("search").at(-1) ?? values("domain").at(-1) ?? [],
    ...(defaultRoute?.[0] ? { interface: defaultRoute[0] } : {}),
  };
}

/** The current uplink. */
export function readUplink(): Uplink {
  return parseUplink(readIfThere("/etc/resolv.conf") ?? "", readFileSync("/proc/net/route", "latin1"));
}

/** The resolv.conf of the node: always one server, so that CoreDNS starts on a machine without a resolver, too. */
export function nodeResolvConf(resolver: string, { search }: Uplink): string {
  return `nameserver ${resolver}\n${search.length > 0 ? `search ${search.join(" ")}\n` : ""}`;
}
