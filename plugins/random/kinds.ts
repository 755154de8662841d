/** The kinds of random values: what each is asked for, makes, and keeps. */
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { genSalt, hash } from "bcryptjs";
import { adjectives, animals } from "unique-names-generator";
import { type Answer, type PropertyMap, type Value } from "../base";
import { type CharacterRules, faultsOf, randomText, shuffled } from "./characters";
import { seeded } from "./seeded";

/** What was made: the resource's id, and its outputs besides the inputs. */
export interface Made {
  id: string;
  outputs: PropertyMap;
}

/** One kind of random value. */
export interface RandomKind {
  /** Inputs that have a value even where the user gives none. */
  defaults: PropertyMap;
  /** Inputs that may be left out, as the state's bookkeeping lists them. */
  optional: string[];
  /** Outputs that are unknown in a preview. */
  outputs: string[];
  secretOutputs: string[];
  /** The state's schema version, for kinds that had earlier ones. */
  schemaVersion?: string;
  faults?(inputs: PropertyMap): { property: string; reason: string }[];
  make(inputs: PropertyMap): Answer<Made>;
  /** Inputs and value read from the id given to `pulumi import`. */
  import?(id: string): Answer<{ inputs: PropertyMap; made: Made }>;
}

const CHARACTER_DEFAULTS: PropertyMap = {
  lower: true,
  minLower: 0,
  minNumeric: 0,
  minSpecial: 0,
  minUpper: 0,
  number: true,
  numeric: true,
  special: true,
  upper: true,
};

// The engine has checked the inputs against the schema of the SDK; what each holds is known by its name.
const rulesOf = (inputs: PropertyMap): CharacterRules => inputs as unknown as CharacterRules;
const numberOf = (inputs: PropertyMap, key: string): number => Number(inputs[key] ?? 0);
const textOf = (inputs: PropertyMap, key: string): string => (typeof inputs[key] === "string" ? inputs[key] : "");

/** The rules a given text keeps, for a value that is imported. */
function rulesKeptBy(text: string): PropertyMap {
  return { length: text.length };
}

async function passwordOf(result: string): Promise<Made> {
  // The version of bcrypt the official plugin writes; the algorithm of 2a and 2b is the same.
  const salt = (await genSalt(10)).replace("$2b$", "$2a$");
  return { id: "none", outputs: { id: "none", result, bcryptHash: await hash(result, salt) } };
}

const textMade = (result: string): Made => ({ id: result, outputs: { id: result, result } });

function idMade(bytes: Buffer, prefix: string): Made {
  const url = bytes.toString("base64url");
  return {
    id: url,
    outputs: {
      id: url,
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + url,
      dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
      hex: prefix + bytes.toString("hex"),
    },
  };
}

function bytesMade(bytes: Buffer): Made {
  const base64 = bytes.toString("base64");
  return { id: base64, outputs: { base64, hex: bytes.toString("hex") } };
}

const password: RandomKind = {
  defaults: CHARACTER_DEFAULTS,
  optional: ["keepers", "overrideSpecial"],
  outputs: ["id", "result", "bcryptHash"],
  secretOutputs: ["result", "bcryptHash"],
  schemaVersion: "3",
  faults: (inputs) => faultsOf(rulesOf(inputs)),
  make: (inputs) => passwordOf(randomText(rulesOf(inputs))),
  import: async (id) => ({ inputs: rulesKeptBy(id), made: await passwordOf(id) }),
};

const string: RandomKind = {
  ...password,
  outputs: ["id", "result"],
  secretOutputs: [],
  schemaVersion: "2",
  make: (inputs) => textMade(randomText(rulesOf(inputs))),
  import: (id) => ({ inputs: rulesKeptBy(id), made: textMade(id) }),
};

const id: RandomKind = {
  defaults: {},
  optional: ["keepers", "prefix"],
  outputs: ["id", "b64Std", "b64Url", "dec", "hex"],
  secretOutputs: [],
  faults: ({ byteLength }) =>
    typeof byteLength === "number" && byteLength >= 1
      ? []
      : [{ property: "byteLength", reason: `byteLength is ${JSON.stringify(byteLength)}; it must be at least 1.` }],
  make: (inputs) => idMade(randomBytes(numberOf(inputs, "byteLength")), textOf(inputs, "prefix")),
  import(given) {
    const [prefix, encoded] = given.includes(",") ? given.split(",", 2) : ["", given];
    const bytes = Buffer.from(encoded ?? "", "base64url");
    const inputs: PropertyMap = { byteLength: bytes.length };
    if (prefix !== undefined && prefix !== "") inputs["prefix"] = prefix;
    return { inputs, made: idMade(bytes, prefix ?? "") };
  },
};

const uuidMade = (result: string): Made => ({ id: result, outputs: { id: result, result } });
const uuid: RandomKind = {
  defaults: {},
  optional: ["keepers"],
  outputs: ["id", "result"],
  secretOutputs: [],
  make: () => uuidMade(randomUUID()),
  import: (given) => ({ inputs: {}, made: uuidMade(given) }),
};

const pet: RandomKind = {
  defaults: { length: 2, separator: "-" },
  optional: ["keepers", "prefix"],
  outputs: ["id"],
  secretOutputs: [],
  make(inputs) {
    const word = (from: readonly string[]): string =>
      (from[randomInt(from.length)] ?? "").toLowerCase().replaceAll(" ", "-");
    const words = Array.from({ length: numberOf(inputs, "length") - 1 }, () => word(adjectives));
    const parts = [textOf(inputs, "prefix"), ...words, word(animals)].filter((part) => part !== "");
    const name = parts.join(textOf(inputs, "separator"));
    return { id: name, outputs: { id: name } };
  },
};

const bytes: RandomKind = {
  defaults: {},
  optional: ["keepers"],
  outputs: ["base64", "hex"],
  secretOutputs: ["base64", "hex"],
  make: (inputs) => bytesMade(randomBytes(numberOf(inputs, "length"))),
  import(given) {
    const value = Buffer.from(given, "base64");
    return { inputs: { length: value.length }, made: bytesMade(value) };
  },
};

const integerMade = (result: number): Made => ({ id: String(result), outputs: { id: String(result), result } });
const integer: RandomKind = {
  defaults: {},
  optional: ["keepers", "seed"],
  outputs: ["id", "result"],
  secretOutputs: [],
  faults: ({ min, max }) =>
    typeof min === "number" && typeof max === "number" && min > max
      ? [{ property: "max", reason: `max is ${max}, less than min, which is ${min}; swap them.` }]
      : [],
  make(inputs) {
    const [min, max] = [numberOf(inputs, "min"), numberOf(inputs, "max")];
    const seed = textOf(inputs, "seed");
    return integerMade(min + (seed === "" ? randomInt : seeded(seed))(max - min + 1));
  },
  import(given) {
    const [result = NaN, min = NaN, max = NaN] = given.split(",").map(Number);
    return { inputs: { min, max }, made: integerMade(result) };
  },
};

const shuffle: RandomKind = {
  defaults: {},
  optional: ["keepers", "resultCount", "seed"],
  outputs: ["id", "results"],
  secretOutputs: [],
  make(inputs) {
    const items: Value[] = Array.isArray(inputs["inputs"]) ? inputs["inputs"] : [];
    const seed = textOf(inputs, "seed");
    const choose = seed === "" ? undefined : seeded(seed);
    const count = inputs["resultCount"] === undefined ? items.length : numberOf(inputs, "resultCount");
    const results: Value[] = [];
    // More results than items means to go round again.
    while (results.length < count && items.length > 0) results.push(...shuffled(items, choose));
    return { id: "-", outputs: { id: "-", results: results.slice(0, count) } };
  },
};

/** By type token. */
export const kinds: Record<string, RandomKind> = Object.fromEntries(
  Object.entries({ password, string, id, uuid, pet, bytes, integer, shuffle }).map(([name, kind]) => {
    const capital = `Random${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return [`random:index/random${capital.slice("Random".length)}:${capital}`, kind];
  }),
);
