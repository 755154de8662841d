import { expect } from "chai";
import fc from "fast-check";
import { fromStruct, toStruct } from "./struct";
import { containsUnknown, isMap, type PropertyMap, Secret, UNKNOWN, type Value } from "./values";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Any property value: JSON, secrets and unknowns in any place. */
const { value } = fc.letrec<{ value: Value; map: PropertyMap }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.string({ unit: "grapheme" }),
    fc.constant(UNKNOWN),
    tie("value").map((inner) => new Secret(inner)),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("map"),
  ),
  map: fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    tie("value"),
    { maxKeys: 4 },
  ),
}));

/** A form that chai can compare: symbols and secrets spelled out. */
function spelled(part: Value): unknown {
  if (part === UNKNOWN) return "<unknown>";
  if (part instanceof Secret) return { "<secret>": spelled(part.value) };
  if (Array.isArray(part)) return part.map(spelled);
  if (isMap(part)) {
    const keys = Object.keys(part).sort();
    return keys.map((key) => [key, spelled(part[key] ?? null)]);
  }
  return part;
}

describe("property values on the wire", () => {
  it("arrive as they were sent, whatever they are", () => {
    fc.assert(
      fc.property(value, (sent) => {
        const bytes = toStruct({ sent }).serializeBinary();
        expect(spelled(fromStruct(Struct.deserializeBinary(bytes))["sent"] ?? null)).to.deep.equal(spelled(sent));
      }),
      { numRuns: 500 },
    );
  });

  it("are written as the engine's own library writes them", () => {
    const signature = "4dabf18193072939515e22adb298388d";
    const sent = { a: new Secret({ b: [1, UNKNOWN] }), c: null };
    expect(toStruct(sent).toJavaScript()).to.deep.equal({
      a: { [signature]: "1b47061264138c4ac30d75fd1eb44270", value: { b: [1, "04da6b54-80e4-46f7-96ec-b56ff0331ba9"] } },
      c: null,
    });
  });

  it("read an output as its value, secret or not, and one without a value as unknown", () => {
    const output = { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
    const read = fromStruct(Struct.fromJavaScript({ known: { ...output, value: 1, secret: true }, unknown: output }));
    expect(read["known"]).to.be.instanceOf(Secret).with.property("value", 1);
    expect(containsUnknown(read["unknown"])).to.equal(true);
  });

  it("refuse what is not data, naming where it is", () => {
    expect(() => toStruct({ a: { b: [() => 1] } })).to.throw("Property a.b[0] is a function");
    expect(() => toStruct({ when: new Date() })).to.throw("Property when");
    expect(() => toStruct({ n: NaN })).to.throw("Property n");
  });

  it("never show a secret by accident", () => {
    const secret = new Secret("hidden");
    expect(`${JSON.stringify({ secret })} ${String(secret)}`).not.to.contain("hidden");
  });
});
