/** Check: completes and checks a resource's inputs. */
import { type CheckCall, type CheckFailure, containsUnknown, type Context, type PropertyMap } from "../base";
import { checkFor } from "./await";
import { annotateSecrets, toObject } from "./checkpoint";
import { adoptName, assignName } from "./naming";
import { normalizeInputs } from "./normalize";
import { annotationOf, kindOf, nameOf, namespaceOf, setAt } from "./object";
import type { Session } from "./session";

/** The inputs in normal form, named, in the provider's namespace. Throws for what can never work. */
export async function checkResource(
  session: Session,
  call: CheckCall,
  ctx: Context,
): Promise<{ inputs: PropertyMap; failures?: CheckFailure[] }> {
  session.redactor.learn(call.news);
  const isPatch = session.isPatch(call.news, ctx);
  const inputs = normalizeInputs(toObject(call.news));
  if (ctx.type.endsWith("List") && kindOf(inputs).endsWith("List")) {
    throw new Error("List resources cannot be created directly; declare the objects they list instead.");
  }
  if (isPatch && !session.settings.enableServerSideApply) {
    throw new Error("Patch resources require Server-Side Apply mode; set enableServerSideApply on the provider.");
  }
  const unknownMetadata = containsUnknown(inputs["metadata"]);
  if (isPatch && nameOf(inputs) === "" && !unknownMetadata) {
    throw new Error("Patch resources require the `.metadata.name` field to be set.");
  }
  const olds = toObject(call.olds ?? {});
  if (Object.keys(olds).length > 0) adoptName(inputs, olds);
  else assignName(inputs, ctx.name, call.randomSeed, call.autonaming);
  // An annotation that cannot be read is told now, not when the object is there already.
  if (annotationOf(inputs, "pulumi.com/waitFor") !== "") checkFor(inputs);
  const { namespace } = session.settings;
  if (namespace !== "" && namespaceOf(inputs) === "" && !unknownMetadata && (await session.isNamespaced(inputs))) {
    setAt(inputs, ["metadata", "namespace"], namespace);
  }
  annotateSecrets(inputs, call.news);
  return { inputs };
}
