/**
 * Who may import whom: data flows settings -> cluster -> platform -> workloads -> outputs, and the parts beside that line
 * know nothing of it. Each entry is a part of the tree and all of ours that it may import.
 */
const layers = {
  "infra/versions.ts": [],
  "infra/settings": ["infra/versions.ts", "infra/settings"],
  "infra/outputs.ts": [],
  "infra/crds": ["infra/crds"],
  // Bound to the stack's tables, the toolchain brings tools and images to everybody else.
  "infra/recipes": ["infra/versions.ts", "infra/recipes", "toolchain"],
};
const ground = ["infra/settings", "infra/versions.ts", "infra/outputs.ts", "infra/crds"];
const middle = ["infra/manifests", "infra/images", "infra/cluster", "infra/storage"];
for (const part of middle) layers[part] = [...ground, ...middle];
// Rendering manifests takes a tool (kubectl) and the tool cache.
layers["infra/manifests"].push("infra/recipes", "toolchain");
layers["infra/platform"] = [...ground, ...middle, "infra/platform"];
// Workloads see the platform through its typed outputs alone.
layers["workloads"] = [
  ...ground,
  "infra/images",
  "infra/storage",
  "infra/cluster",
  "infra/platform/outputs.ts",
  "workloads",
];
layers["trainer"] = ["trainer"];
layers["toolchain"] = ["toolchain"];
layers["kube"] = ["kube"];
layers["node"] = ["infra/versions.ts", "infra/recipes", "kube", "node", "plugins", "toolchain"];
layers["drift"] = ["kube", "drift", "engine", "cli", "infra", "plugins"];
layers["plugins"] = ["infra/versions.ts", "infra/recipes", "kube", "node", "plugins", "toolchain"];

const parts = [
  ...Object.keys(layers),
  "index.ts",
  "cli",
  "engine",
  "tests",
  "bench",
  "examples",
  "workloads",
  "trainer",
  "toolchain",
  "plugins",
];
const isWithin = (path, part) => path === part || path.startsWith(`${part}/`);

/** The zones for `import-x/no-restricted-paths`: each part, and every other part that it may not import. */
export const zones = Object.entries(layers).map(([target, allowed]) => ({
  target: `./${target}`,
  from: [...new Set(parts)]
    .filter((part) => !isWithin(part, target) && !allowed.some((one) => isWithin(part, one)))
    .map((part) => `./${part}`),
  except: [],
  message: `${target} may import ${allowed.filter((one) => one !== target).join(", ") || "nothing else of ours"}; see docs/decisions/layers.md.`,
}));
