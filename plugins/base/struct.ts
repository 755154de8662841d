/** Property maps to and from protobuf's Struct, as the engine writes them. */
import { ListValue, NullValue, Struct, Value as ProtoValue } from "google-protobuf/google/protobuf/struct_pb";
import { isMap, isUnknown, type PropertyMap, Secret, UNKNOWN, type Value } from "./values";

/** The key that says which special kind of value an object on the wire is. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** The string that stands for a value not known yet; what we send. */
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine has one such string for each type of value; all mean the same to us. */
const UNKNOWN_STRINGS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Reads a Struct. No Struct at all reads as the empty map. */
export function fromStruct(struct: Struct | undefined): PropertyMap {
  const map: PropertyMap = {};
  struct?.getFieldsMap().forEach((value, key) => {
    map[key] = fromProto(value);
  });
  return map;
}

function fromProto(value: ProtoValue): Value {
  switch (value.getKindCase()) {
    case ProtoValue.KindCase.STRING_VALUE: {
      const text = value.getStringValue();
      return UNKNOWN_STRINGS.has(text) ? UNKNOWN : text;
    }
    case ProtoValue.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case ProtoValue.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case ProtoValue.KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map(fromProto);
    case ProtoValue.KindCase.STRUCT_VALUE:
      return special(fromStruct(value.getStructValue()));
    case ProtoValue.KindCase.NULL_VALUE:
    case ProtoValue.KindCase.KIND_NOT_SET:
      return null;
  }
}

/** Turns an object that stands for a secret or an output into what it stands for. */
function special(map: PropertyMap): Value {
  const signature = map[SIGNATURE_KEY];
  if (signature === SECRET_SIGNATURE) return new Secret(map["value"] ?? null);
  if (signature !== OUTPUT_SIGNATURE) return map;
  const value = "value" in map ? (map["value"] ?? null) : UNKNOWN;
  return map["secret"] === true ? new Secret(value) : value;
}

/**
 * Writes a Struct. Properties that are `undefined` are left out.
 * Throws a TypeError that names the path of a value that is not data (a function, a Date, NaN).
 */
export function toStruct(map: object, path = ""): Struct {
  const struct = new Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(map)) {
    if (value !== undefined) fields.set(key, toProto(value, path === "" ? key : `${path}.${key}`));
  }
  return struct;
}

function toProto(value: unknown, path: string): ProtoValue {
  const proto = new ProtoValue();
  if (value === null || value === undefined) return proto.setNullValue(NullValue.NULL_VALUE);
  if (isUnknown(value)) return proto.setStringValue(UNKNOWN_STRING);
  if (typeof value === "string") return proto.setStringValue(value);
  if (typeof value === "boolean") return proto.setBoolValue(value);
  if (typeof value === "number" && Number.isFinite(value)) return proto.setNumberValue(value);
  if (value instanceof Secret) {
    return proto.setStructValue(toStruct({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value: value.value }, path));
  }
  if (Array.isArray(value)) {
    return proto.setListValue(new ListValue().setValuesList(value.map((item, i) => toProto(item, `${path}[${i}]`))));
  }
  if (isMap(value) && !(value instanceof Date)) return proto.setStructValue(toStruct(value, path));
  throw new TypeError(`Property ${path} is a ${typeof value} that cannot be sent to the engine; make it plain data.`);
}
