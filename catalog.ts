/** All that the stack can be made of: products, workloads, and what follows from them. */
import { type Endpoint, portSettings, type ReportLine } from "./infra/endpoints";
import { endpointsOf, neededProducts, type Product, productsOf, productsOfProfile } from "./infra/products/product";
import { products } from "./infra/products/products";
import { type Fault, type SettingsReader, settingsReader, show, type Values } from "./infra/settings";
import { type Workload, workloads } from "./workloads";

/** What a stack can be made of. */
export interface CatalogParts {
  /** In install order. */
  readonly products: readonly Product[];
  readonly workloads: readonly Workload[];
}

/** Products and workloads with what the program, the CLI and the tests derive from them. */
export interface Catalog extends CatalogParts {
  /** Every endpoint, the workloads' first, whether the settings publish it or not. */
  readonly endpoints: readonly Endpoint[];
  /** Lines of the final report. */
  readonly report: readonly ReportLine[];
  readonly settings: SettingsReader;
}

/**
 * Composes products and workloads.
 * @throws Error when two endpoints share a name, a NodePort or a default port
 */
export function createCatalog(parts: CatalogParts): Catalog {
  const { products, workloads } = parts;
  const endpoints: Endpoint[] = [...workloads.flatMap((workload) => workload.endpoints), ...endpointsOf(products)];
  for (const key of ["name", "nodePort", "defaultPort"] as const) requireUnique(endpoints, key);
  const settings = settingsReader({
    ports: portSettings(endpoints),
    workloads: workloads.map((workload) => ({ name: workload.name, ...workload.settings })),
    namespaces: [
      ...workloads.flatMap((workload) => workload.namespaces),
      ...products.flatMap(({ namespaces = [] }) => namespaces),
    ],
    rules: [(values) => withoutRule(values, parts)],
  });
  const report = [...endpoints, ...products.flatMap((product) => product.report ?? [])];
  return { products, workloads, endpoints, report, settings };
}

function requireUnique(endpoints: readonly Endpoint[], key: "name" | "nodePort" | "defaultPort"): void {
  const seen = new Map<string | number, string>();
  for (const endpoint of endpoints) {
    const other = seen.get(endpoint[key]);
    if (other !== undefined)
      throw new Error(`The endpoints ${other} and ${endpoint.name} have the same ${key}, ${endpoint[key]}.`);
    seen.set(endpoint[key], endpoint.name);
  }
}

/** What workloads use cannot be left out, nor what another setting switches on. */
function withoutRule(values: Values, { products, workloads }: CatalogParts): Fault[] {
  const { without = [] } = values;
  const fault = (remedy: string): Fault => ({ key: "without", value: show(without), remedy });
  const needed = new Set(
    workloads.flatMap((workload) => neededProducts(workload.products, productsOfProfile(products, values.profile))),
  );
  const missing = without.filter((name) => needed.has(name));
  const switchedOn = productsOf(products, { ...values, without: [] }).filter(
    ({ name, switchedOnBy }) => switchedOnBy && without.includes(name),
  );
  return [
    ...(missing.length > 0
      ? [fault(`remove ${missing.join(" and ")}, which ${workloads.map(({ name }) => name).join(" and ")} need.`)]
      : []),
    ...switchedOn.map(({ name, switchedOnBy }) => fault(`remove ${name}, and ${switchedOnBy?.setting}, too.`)),
  ];
}

/** The catalog of this stack. */
export const catalog = createCatalog({ products, workloads });
