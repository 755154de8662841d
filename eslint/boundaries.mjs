/**
 * Who may import whom. Data flows settings -> cluster -> platform -> workloads -> outputs; the parts beside that line do not
 * know it. docs/decisions/layers.md says why.
 */

const ground = ["infra/versions.ts", "infra/outputs.ts", "infra/crds", "infra/settings", "infra/endpoints.ts"];

/** Each part of the tree, and the other parts that it may import. `bench` and `tests` may import everything. */
export const layers = {
  "infra/versions.ts": [],
  "infra/outputs.ts": [],
  "infra/crds": [],
  "infra/settings": ["infra/versions.ts"],
  "infra/endpoints.ts": ["infra/settings"],
  "infra/objects": [],
  // Data: pins, patches, image recipes. What creates resources is loaded by the platform only.
  "infra/products": [...ground, "infra/objects", "infra/storage", "toolchain"],
  "infra/recipes": ["infra/versions.ts", "infra/products", "toolchain"],
  "infra/images": ground,
  "infra/storage": ground,
  // Rendering takes kubectl, downloads take the tool cache.
  "infra/manifests": [...ground, "infra/objects", "infra/recipes", "toolchain"],
  "infra/cluster": [...ground, "kube", "infra/images", "infra/storage"],
  "infra/platform": [...ground, "infra/objects", "infra/products", "infra/manifests", "infra/storage"],
  // Workloads get from the platform what their own arguments ask for.
  workloads: [...ground, "infra/images", "infra/storage", "infra/cluster"],
  "catalog.ts": ["infra", "workloads"],
  "index.ts": ["catalog.ts", "infra", "workloads", "toolchain"],
  trainer: [],
  toolchain: [],
  kube: [],
  "plugins/base": [],
  "plugins/random": ["plugins/base"],
  node: ["kube", "infra/versions.ts", "infra/recipes", "toolchain", "plugins/base"],
  "plugins/stack": ["infra/versions.ts", "infra/recipes", "toolchain", "plugins/base", "kube", "node"],
  engine: ["catalog.ts", "infra", "plugins/stack", "node", "toolchain"],
  drift: ["kube", "plugins/stack", "engine"],
  cli: ["catalog.ts", "infra", "kube", "node", "engine", "drift", "toolchain"],
  examples: ["infra/outputs.ts"],
  bench: ["catalog.ts", "infra", "trainer", "plugins", "kube", "node", "engine", "drift", "cli", "tests", "toolchain"],
  tests: [
    "catalog.ts",
    "infra",
    "trainer",
    "plugins",
    "kube",
    "node",
    "engine",
    "drift",
    "cli",
    "toolchain",
    "workloads",
  ],
};

/** Whether a path is the part itself or in its folder. */
export const isWithin = (path, part) => path === part || path.startsWith(`${part}/`);

/** The zones for `import-x/no-restricted-paths`: each part, and the parts that it may not import. */
export const zones = Object.entries(layers).map(([target, allowed]) => ({
  target: `./${target}`,
  from: Object.keys(layers)
    .filter((part) => part !== target && !allowed.some((one) => isWithin(part, one)))
    .map((part) => `./${part}`),
  except: [],
  message: `${target} may import ${allowed.join(", ") || "nothing else of ours"}; see docs/decisions/layers.md.`,
}));

/** The zones of unit tests, which lie beside the code: as those of the code, and the tests' own helpers besides. */
export const testZones = zones.map((zone) => ({ ...zone, from: zone.from.filter((part) => part !== "./tests") }));
