/** Stand-in for the official `random` plugin, for machines that cannot get it. */
import { serveProvider } from "../base";
import { RandomProvider } from "./provider";

void serveProvider(new RandomProvider());
